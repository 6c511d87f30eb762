package dev.weir.engine.admin;

import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.gateway.FeedbackIntake;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Everything that the admin port does, and the scope that each thing needs: the one table. */
final class Routes {

    static final String METRICS = "/metrics";

    private final List<Route> routes;

    private Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    static Routes of(AdminSettings settings, AdminSources sources, EventFeed feed, LedgerDesk desk, WhatIf whatIf) {
        WeightsEndpoint weights = new WeightsEndpoint(sources.learner());
        ReviewEndpoint reviews = new ReviewEndpoint(desk, new FeedbackIntake(sources.ledger(), sources.clock()));
        PolicyChoices choices = new PolicyChoices(sources.policies());
        PolicyEndpoint policies =
                new PolicyEndpoint(sources.policies(), sources.defaultPolicy(), sources.ensemble(), choices);
        ReplayEndpoint replay = new ReplayEndpoint(choices, whatIf, settings.maxReplayedStreams());
        List<Route> routes = new ArrayList<>(PageFiles.routes());
        routes.addAll(List.of(
                Route.open("/livez", Route.at(() -> Answer.json(Map.of("live", true)))),
                Route.open("/readyz", Route.at(() -> readiness(sources.ready()))),
                Route.get(METRICS, Scope.ADMIN, Route.at(() -> metrics(sources.registry()))),
                Route.get("/v1/weights", Scope.ADMIN, weights::show),
                Route.get("/v1/weights/history", Scope.ADMIN, weights::history),
                Route.post("/v1/weights/freeze", Scope.ADMIN, weights::freeze),
                Route.post("/v1/weights/rollback", Scope.ADMIN, weights::rollBack),
                Route.post("/v1/weights/promote", Scope.ADMIN, weights::promote),
                Route.get("/admin/me", Scope.REVIEW, Routes::me).ofPages(),
                Route.get("/admin/events", Scope.ADMIN, feed::join).ofPages(),
                Route.get("/admin/reviews", Scope.REVIEW, reviews::queue).ofPages(),
                Route.post("/admin/reviews", Scope.REVIEW, reviews::review).ofPages(),
                Route.get("/admin/receipt", Scope.REVIEW, reviews::receipt).ofPages(),
                Route.get("/admin/policies", Scope.ADMIN, Route.at(policies::show))
                        .ofPages(),
                Route.get("/admin/certificate", Scope.REVIEW, weights::certificate)
                        .ofPages(),
                Route.get("/admin/replay", Scope.ADMIN, Route.at(replay::progress))
                        .ofPages(),
                Route.post("/admin/replay", Scope.ADMIN, replay::begin).ofPages(),
                Route.post("/admin/replay/cancel", Scope.ADMIN, replay::cancel).ofPages()));
        return new Routes(routes);
    }

    /** The methods that a path takes, as the header {@code Allow} has them; empty when there is no such path. */
    Optional<String> allowed(String path) {
        String allowed = routes.stream()
                .filter(route -> route.path().equals(path))
                .map(route -> route.method().equals(HttpMethod.GET)
                        ? "GET, HEAD"
                        : route.method().name())
                .collect(Collectors.joining(", "));
        return allowed.isEmpty() ? Optional.empty() : Optional.of(allowed);
    }

    Optional<Route> find(HttpMethod method, String path) {
        return routes.stream()
                .filter(route -> route.path().equals(path) && route.takes(method))
                .findFirst();
    }

    private static Answer readiness(BooleanSupplier ready) {
        return ready.getAsBoolean()
                ? Answer.json(Map.of("ready", true))
                : Answer.json(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        new NotReady(false, "the models are not warm yet, or the server is draining"));
    }

    private static CompletionStage<Answer> me(AdminRequest request) {
        Caller caller = request.caller();
        List<String> scopes =
                caller.scopes().stream().map(Scope::wireName).sorted().toList();
        return CompletableFuture.completedFuture(Answer.json(new Me(caller.tenant(), caller.subject(), scopes)));
    }

    /** Whom a page shows things to. */
    private record Me(String tenant, String subject, List<String> scopes) {}

    private record NotReady(boolean ready, String reason) {}

    private static Answer metrics(PrometheusMeterRegistry registry) {
        return Answer.text("text/plain; version=0.0.4; charset=utf-8", registry.scrape());
    }
}
