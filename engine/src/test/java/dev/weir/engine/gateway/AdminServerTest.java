package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.weir.engine.access.Accesses;
import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.http.Tls;
import dev.weir.engine.telemetry.Telemetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final AdminServer server;
    private final ActorTestKit actors = ActorTestKit.create();
    private final TestProbe<WeightsLearner.Command> learner = actors.createTestProbe();
    private final HttpClient client = HttpClient.newHttpClient();

    AdminServerTest() throws IOException {
        server = AdminServer.start(
                new AdminSettings("127.0.0.1", 0), registry, ready::get, learner.ref(), Accesses.of(), Tls.off());
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        actors.shutdownTestKit();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void isLiveWhetherReadyOrNot() throws IOException, InterruptedException {
        ready.set(false);
        assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void isReadyOnlyWhileTheServerSaysSo() throws IOException, InterruptedException {
        HttpResponse<String> up = send("GET", "/readyz");
        assertThat(up.statusCode()).isEqualTo(200);
        assertThat(up.body()).isEqualTo("{\"ready\":true}\n");
        ready.set(false);
        HttpResponse<String> down = send("GET", "/readyz");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.body())
                .isEqualTo("{\"ready\":false,\"reason\":\"the models are not warm yet, or the server is draining\"}\n");
    }

    @Test
    void showsTheEnginesMetricsAndTheJvms() throws IOException, InterruptedException {
        new Telemetry(registry).streamOpened();
        HttpResponse<String> metrics = send("GET", "/metrics");
        assertThat(metrics.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(metrics.body())
                .contains("weir_streams_opened_total 1.0")
                .contains("jvm_memory_used_bytes")
                .contains("jvm_threads_live_threads")
                .contains("system_cpu_count");
    }

    @Test
    void refusesOtherPathsAndMethods() throws IOException, InterruptedException {
        assertThat(send("GET", "/metric").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/readyz").statusCode()).isEqualTo(405);
        HttpResponse<String> head = send("HEAD", "/livez");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void namesThePortThatIsInUseAndWhatToChange() {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> AdminServer.start(
                        new AdminSettings("127.0.0.1", server.port()),
                        registry,
                        ready::get,
                        learner.ref(),
                        Accesses.of(), Tls.off()))
                .withMessage("127.0.0.1:" + server.port() + " is in use by another process: stop it, or choose another"
                        + " port with --admin-port or weir.admin.port (0 takes a free one)");
    }
}
