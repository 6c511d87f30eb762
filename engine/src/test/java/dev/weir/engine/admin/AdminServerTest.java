package dev.weir.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.telemetry.Telemetry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {

    private final AdminPort port;

    AdminServerTest() throws IOException {
        port = new AdminPort();
    }

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void isLiveWhetherReadyOrNot() throws Exception {
        port.ready.set(false);
        assertThat(port.send("GET", "/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void isReadyOnlyWhileTheServerSaysSo() throws Exception {
        HttpResponse<String> up = port.send("GET", "/readyz");
        assertThat(up.statusCode()).isEqualTo(200);
        assertThat(up.body()).isEqualTo("{\"ready\":true}\n");
        port.ready.set(false);
        HttpResponse<String> down = port.send("GET", "/readyz");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.body())
                .isEqualTo("{\"ready\":false,\"reason\":\"the models are not warm yet, or the server is draining\"}\n");
    }

    @Test
    void showsTheEnginesMetricsAndTheJvms() throws Exception {
        new Telemetry(port.registry).streamOpened();
        HttpResponse<String> metrics = port.send("GET", "/metrics");
        assertThat(metrics.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(metrics.body())
                .contains("weir_streams_opened_total 1.0")
                .contains("jvm_memory_used_bytes")
                .contains("jvm_threads_live_threads")
                .contains("system_cpu_count");
    }

    @Test
    void refusesOtherPathsAndMethods() throws Exception {
        HttpResponse<String> unknown = port.send("GET", "/metric");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(unknown.body()).contains("\"status\":404", "\"title\":\"Not Found\"", "\"detail\":");
        HttpResponse<String> wrong = port.send("POST", "/readyz");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("allow")).hasValue("GET, HEAD");
        HttpResponse<String> head = port.send("HEAD", "/livez");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).hasValue("14");
        assertThat(head.body()).isEmpty();
    }

    /** Netty alone closes them only where its event loop turns once more before it ends. */
    @RepeatedTest(10)
    void hasHungUpOnEverybodyWhenItIsClosed() throws Exception {
        try (Socket watcher = new Socket("127.0.0.1", port.port())) {
            watcher.setSoTimeout(30_000);
            watcher.getOutputStream()
                    .write("GET /admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = watcher.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            port.close();
            assertThat(in.readAllBytes()).isNotEmpty();
        }
    }

    @Test
    void namesThePortThatIsInUseAndWhatToChange() {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> AdminServer.bind(AdminPort.settings("port=" + port.port())))
                .withMessage("127.0.0.1:" + port.port() + " is in use by another process: stop it, or choose another"
                        + " port with --admin-port or weir.admin.port (0 takes a free one)");
    }

    @Test
    void saysWhyAnOrderWasNotCarriedOut() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = port.client.sendAsync(
                port.post("/v1/weights/rollback", "{\"version\":7}").build(), HttpResponse.BodyHandlers.ofString());
        port.learner
                .expectMessageClass(WeightsLearner.RollBack.class)
                .answer()
                .completeExceptionally(new IllegalArgumentException("weights version 7 (expected: 1 to 1)"));
        HttpResponse<String> refused = answer.get(20, TimeUnit.SECONDS);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"detail\":\"weights version 7 (expected: 1 to 1)\"");
        assertThat(port.send(port.post("/v1/weights/rollback", "{\"version\":\"x\"}"))
                        .body())
                .contains("version: \\\"x\\\" (expected: the number of a version)");
    }

    /** What comes in pieces is read to its end, and what comes all at once is answered in order. */
    @Test
    void answersOneRequestAfterTheOther() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port.port())) {
            socket.setSoTimeout(20_000);
            String order = "POST /v1/weights/freeze HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 15\r\n\r\n";
            write(socket, order);
            port.learner.expectNoMessage();
            write(socket, "{\"frozen\":");
            write(
                    socket,
                    "true}GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n"
                            + "Connection: close\r\n\r\n");
            port.learner
                    .expectMessageClass(WeightsLearner.Freeze.class)
                    .answer()
                    .completeExceptionally(new IllegalArgumentException("not now"));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            List<String> statuses =
                    in.lines().filter(line -> line.startsWith("HTTP/1.1")).toList();
            assertThat(statuses)
                    .containsExactly("HTTP/1.1 400 Bad Request", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found");
        }
    }

    private static void write(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/../reference.conf",
                "/assets/%2e%2e/reference.conf",
                "/assets//app.js",
                "/assets/app.js/",
                "/assets/application.conf",
                "/assets/..%5c..%5clogback.xml",
                "//etc/passwd",
                "/assets/",
                "/dashboard/index.html"
            })
    void servesTheFilesOfThePageAndNoOthers(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ");
    }

    @Test
    void thePageRunsNoScriptButItsOwn() throws Exception {
        HttpResponse<String> page = port.send("GET", "/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
                        .doesNotContain("unsafe"));
        assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(page.body())
                .doesNotContainPattern("<script(?![^>]*src=)")
                .doesNotContain("style=", "onclick=", "http://", "https://");
        String tag = page.headers().firstValue("etag").orElseThrow();
        assertThat(port.send(port.request("/").header("If-None-Match", tag)).statusCode())
                .isEqualTo(304);
        assertThat(port.send("GET", "/assets/chart.js").body()).contains("Chart.js v4");
    }

    @Test
    void answersABrowserUnderNoNameThatAStrangerChose() throws Exception {
        assertThat(raw("GET / HTTP/1.1\r\nHost: evil.example:9090\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET /admin/policies HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(raw("GET /readyz HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n"))
                .as("probes know the server by any name")
                .startsWith("HTTP/1.1 200 ");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port.port())) {
            socket.setSoTimeout(20_000);
            write(socket, request);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
