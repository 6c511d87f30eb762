package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.weir.engine.access.Allotments;
import dev.weir.engine.gateway.EventLoops;
import dev.weir.engine.gateway.GatewaySettings;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.overload.Level;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.warmup.WarmUp;
import dev.weir.engine.warmup.WarmUpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does before it is ready, and that nobody can tell afterwards. */
class WarmUpTest {

    private static final String FEW_EXPERTS = "weir.models.experts = [lexicon, causal]\n";

    @TempDir
    private Path folder;

    private final AtomicReference<Overload> overload = new AtomicReference<>();

    /** @param nanoTime the clock of the queues */
    private Server start(String overrides, AtomicLong nanoTime, long step) throws StartException {
        return Server.start(
                Engines.config(FEW_EXPERTS + overrides),
                settings -> {
                    overload.set(new Overload(settings, () -> nanoTime.addAndGet(step)));
                    return overload.get();
                },
                line -> {});
    }

    /** Played here through streams that are counted. */
    @Test
    void playsTextsThatPassTextsThatAreRedactedAndTextsThatAreStopped() throws Exception {
        Config config = Engines.config(FEW_EXPERTS);
        GatewaySettings gateway = GatewaySettings.from(config.getConfig("weir.gateway"), new ArrayList<>());
        EventLoops eventLoops = EventLoops.start(1);
        try (Engine engine = Engine.start(
                eventLoops.setUp(config),
                EngineSettings.from(config),
                Allotments.unlimited(),
                new Overload(EngineSettings.from(config).overload(), System::nanoTime),
                line -> {},
                Clock.systemUTC())) {
            WarmUp.Line counted =
                    new WarmUp.Line(engine.streams(), engine.ledger(), engine.telemetry(), Clock.systemUTC());
            WarmUp.play(new WarmUpSettings(Duration.ofSeconds(60)), gateway, eventLoops, counted, line -> {});
            assertThat(engine.registry().scrape())
                    .containsPattern("weir_streams_ended_total\\{.*outcome=\"flagged\"") // with all experts: pass
                    .containsPattern("weir_streams_ended_total\\{.*outcome=\"stopped\"")
                    .contains("weir_decisions_total{action=\"redact\",category=\"privacy\"}");
        } finally {
            eventLoops.close();
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        String ledger = "weir.ledger.url = \"jdbc:sqlite:%s\"\n".formatted(folder.resolve("ledger.db"));
        try (Server server = start(ledger + "weir.warm-up.at-most = 2 s", new AtomicLong(), 1_000_000)) {
            String metrics = metrics(server);
            assertThat(metrics)
                    .contains("weir_streams_opened_total 0.0", "weir_tokens_decided_total 0.0")
                    .contains("weir_streams_open 0.0", "weir_connections_open 0.0", "weir_overload_level 0.0")
                    .doesNotContain("weir_streams_ended_total{", "weir_decisions_total{")
                    .doesNotContainPattern("weir_batch_rows_count\\{.*} [1-9]");
            List<Object> kept = new ArrayList<>();
            try (LedgerReader reader = Ledgers.settle(server.engine().ledger())) {
                reader.streams(0, (sequence, stream) -> kept.add(stream));
            }
            assertThat(kept).isEmpty();
            assertThat(overload.get().level()).isEqualTo(Level.NORMAL);
            assertThat(overload.get().isIdle()).isTrue();
        }
    }

    @Test
    void theServerIsNotReadyWhileItWarmsUp() throws Exception {
        int port = freePort();
        BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
        Thread probe = Thread.ofVirtual().start(() -> probe(port, statuses));
        String probed = "weir.admin.port = " + port + "\nweir.warm-up.at-most = 2 s";
        try (Server server = start(probed, new AtomicLong(), 1_000_000)) {
            probe.join();
            assertThat(List.copyOf(statuses)).startsWith(503).endsWith(200).containsOnlyOnce(200);
            assertThat(server.adminPort()).isEqualTo(port);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Asks until it is told that the server is ready. */
    private static void probe(int port, Queue<Integer> statuses) {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            int status = 0;
            while (status != 200) {
                try {
                    status = client.send(ready, HttpResponse.BodyHandlers.discarding())
                            .statusCode();
                    statuses.add(status);
                } catch (IOException e) {
                    Thread.onSpinWait(); // nobody listens yet
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The queues' clock jumps ahead so far that whatever waits has waited too long. */
    @Test
    void theLoadIsWatchedOnceTheServerIsReady() throws Exception {
        String watching = "weir.overload { enabled = true, interval = 20 ms }\nweir.warm-up.at-most = 100 ms";
        try (Server server = start(watching, new AtomicLong(), TimeUnit.SECONDS.toNanos(1))) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (overload.get().level() == Level.NORMAL && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(metrics(server)).doesNotContain("weir_overload_level 0.0");
        }
    }

    private static String metrics(Server server) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
