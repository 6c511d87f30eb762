package dev.weir.engine.admin;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.access.Access;
import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.http.Tls;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.ledger.SqlLedger;
import dev.weir.engine.live.LiveStreams;
import dev.weir.engine.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** An admin port with a test in the place of the server behind it: it keeps no ledger, and has no experts. */
final class AdminPort implements AutoCloseable {

    private static final EnsembleSnapshot NOBODY = new EnsembleSnapshot(
            WeightsVersion.configured(new Weights(1, Map.of()), "test"),
            new Weights(1, Map.of()),
            null,
            null,
            List.of(),
            List.of(),
            List.of());

    /** How often the experts were looked at. */
    final AtomicInteger looks = new AtomicInteger();

    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final AtomicBoolean ready = new AtomicBoolean(true);
    final ActorTestKit actors = ActorTestKit.create();
    final TestProbe<WeightsLearner.Command> learner = actors.createTestProbe();
    final LiveStreams live = new LiveStreams();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SqlLedger ledger;
    private final AdminServer server;

    /** @param settings such as {@code max-watchers=1} */
    AdminPort(String... settings) throws BindException {
        Config reference = ConfigFactory.defaultReference();
        ledger = SqlLedger.open(
                LedgerSettings.from(
                        ConfigFactory.parseString("url=\"\"").withFallback(reference.getConfig("weir.ledger")),
                        new ArrayList<>()),
                new Telemetry(new SimpleMeterRegistry()),
                Clock.systemUTC(),
                line -> {});
        server = AdminServer.bind(settings(String.join("\n", settings)));
        server.serve(sources(), Access.forAnybody(), Tls.off());
    }

    static AdminSettings settings(String overrides) {
        return AdminSettings.from(
                ConfigFactory.parseString("port=0\n" + overrides)
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir.admin")),
                new ArrayList<>());
    }

    AdminSources sources() {
        return new AdminSources(
                registry,
                ready::get,
                learner.ref(),
                () -> {
                    looks.incrementAndGet();
                    return NOBODY;
                },
                live,
                ledger,
                Map::of,
                () -> "default",
                Clock.systemUTC());
    }

    int port() {
        return server.port();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return send(request(path).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    HttpRequest.Builder post(String path, String json) {
        return request(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json));
    }

    @Override
    public void close() {
        client.close();
        server.close();
        ledger.close();
        actors.shutdownTestKit();
    }
}
