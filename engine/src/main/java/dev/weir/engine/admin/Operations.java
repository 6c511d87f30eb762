package dev.weir.engine.admin;

import dev.weir.engine.access.Scope;
import dev.weir.engine.gateway.FeedbackIntake;
import dev.weir.engine.http.Route;
import dev.weir.engine.http.Routes;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Everything that the admin port does, and the scope that each thing needs: the one table. */
final class Operations {

    static final String METRICS = "/metrics";

    private static final int MAX_BODY_BYTES = 8_192;

    private final OwnPages ownPages;

    private final Journal journal;

    private Operations(OwnPages ownPages, Journal journal) {
        this.ownPages = ownPages;
        this.journal = journal;
    }

    static Routes of(AdminSettings settings, AdminSources sources, EventFeed feed, LedgerDesk desk, WhatIf whatIf) {
        Operations with =
                new Operations(new OwnPages(settings.names()), new Journal(sources.ledger(), sources.clock()));
        return new Routes(with.all(settings, sources, feed, desk, whatIf));
    }

    private List<Operation> all(
            AdminSettings settings, AdminSources sources, EventFeed feed, LedgerDesk desk, WhatIf whatIf) {
        WeightsEndpoint weights = new WeightsEndpoint(sources.learner());
        ReviewEndpoint reviews = new ReviewEndpoint(desk, new FeedbackIntake(sources.ledger(), sources.clock()));
        PolicyChoices choices = new PolicyChoices(sources.policies());
        PolicyEndpoint policies =
                new PolicyEndpoint(sources.policies(), sources.defaultPolicy(), sources.ensemble(), choices);
        ReplayEndpoint replay = new ReplayEndpoint(choices, whatIf, settings.maxReplayedStreams());
        List<Operation> all = new ArrayList<>(List.of(
                forPrograms(Route.open("/livez"), at(() -> Answer.json(Map.of("live", true)))),
                forPrograms(Route.open("/readyz"), at(() -> readiness(sources.ready()))),
                forPrograms(Route.get(METRICS, Scope.ADMIN), at(() -> metrics(sources.registry()))),
                forPrograms(Route.get("/v1/weights", Scope.ADMIN), weights::show),
                forPrograms(Route.get("/v1/weights/history", Scope.ADMIN), weights::history),
                forPrograms(post("/v1/weights/freeze", Scope.ADMIN), weights::freeze),
                forPrograms(post("/v1/weights/rollback", Scope.ADMIN), weights::rollBack),
                forPrograms(post("/v1/weights/promote", Scope.ADMIN), weights::promote),
                forPages(Route.get("/admin/events", Scope.ADMIN), feed::join),
                forPages(Route.get("/admin/reviews", Scope.REVIEW), reviews::queue),
                forPages(post("/admin/reviews", Scope.REVIEW), reviews::review),
                forPages(Route.get("/admin/receipt", Scope.REVIEW), reviews::receipt),
                forPages(Route.get("/admin/policies", Scope.ADMIN), at(policies::show)),
                forPages(Route.get("/admin/certificate", Scope.REVIEW), weights::certificate),
                forPages(Route.get("/admin/replay", Scope.ADMIN), at(replay::progress)),
                forPages(post("/admin/replay", Scope.ADMIN), replay::begin),
                forPages(post("/admin/replay/cancel", Scope.ADMIN), replay::cancel)));
        PageFiles.all().forEach((path, task) -> all.add(forPages(Route.get(path, Scope.REVIEW), task)));
        return all;
    }

    /** Asked under whatever name they know the server by. */
    private Operation forPrograms(Route route, Task task) {
        return new Operation(route, false, ownPages, journal, task);
    }

    private Operation forPages(Route route, Task task) {
        return new Operation(route, true, ownPages, journal, task);
    }

    private static Route post(String path, Scope scope) {
        return Route.post(path, scope, MAX_BODY_BYTES);
    }

    /** For what is known without waiting. */
    private static Task at(Supplier<Answer> answer) {
        return request -> CompletableFuture.completedFuture(answer.get());
    }

    private static Answer readiness(BooleanSupplier ready) {
        return ready.getAsBoolean()
                ? Answer.json(Map.of("ready", true))
                : Answer.json(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        new NotReady(false, "the models are not warm yet, or the server is draining"));
    }

    private record NotReady(boolean ready, String reason) {}

    private static Answer metrics(PrometheusMeterRegistry registry) {
        return Answer.text("text/plain; version=0.0.4; charset=utf-8", registry.scrape());
    }
}
