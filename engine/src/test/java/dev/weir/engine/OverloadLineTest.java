package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.overload.Level;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.QueueLoad;
import dev.weir.engine.trace.Replay;
import dev.weir.engine.trace.ReplayedStream;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients are told in overload, over real sockets and with the shipped experts. The test holds the queues' clock and
 * looks at them itself; rows that never come make the encoder's queue as long as it wants.
 */
class OverloadLineTest {

    private static final long STANDING = Duration.ofMillis(60).toNanos();

    /** Some 200 tokens; the encoder is wanted at every sixteenth. */
    private static final String TEXT = "The river runs past the old mill and under the stone bridge. ".repeat(16);

    @TempDir
    private Path folder;

    private final AtomicLong ahead = new AtomicLong();
    private final List<WeirClient> clients = new ArrayList<>();
    private String settings;
    private Overload overload;
    private Server server;
    private boolean stopped;

    private record Played(Outcome outcome, List<ServerMessage> messages) {
        ServerMessage.Ended ended() {
            return ((Outcome.Ended) outcome).message();
        }

        ServerMessage.Released lastReleased() {
            return messages.stream()
                    .filter(ServerMessage.Released.class::isInstance)
                    .map(ServerMessage.Released.class::cast)
                    .toList()
                    .getLast();
        }
    }

    @BeforeEach
    void start() throws StartException {
        settings = """
                weir.overload { enabled = true, target-delay = 50 ms, interval = 1 h, recovery = 1 h }
                weir.cascade { from-risk = 0, to-risk = 1 }
                weir.policies.strict.requires = [causal, minilm]
                weir.ledger.url = "jdbc:sqlite:%s"
                """.formatted(folder.resolve("ledger.db"));
        server = Server.start(
                Engines.config(settings),
                inForce -> overload = new Overload(inForce, () -> System.nanoTime() + ahead.get()),
                line -> {});
    }

    @AfterEach
    void stop() {
        if (!stopped) {
            stopped = true;
            clients.forEach(WeirClient::close);
            server.close();
        }
    }

    @Test
    void saysNothingAsLongAsEverythingIsScored() {
        Played played = play(connect(), StreamOptions.defaults());
        assertThat(played.ended().coarse()).isFalse();
        assertThat(played.ended().asleep()).isEmpty();
    }

    @Test
    void aStreamIsCoarseWhosePositionsWereLeftToLaterWindows() throws Exception {
        WeirClient client = connect();
        play(client, StreamOptions.defaults()); // now it is known what a row takes
        crowdEncoder();
        becomeCoarse();
        Played played = play(client, StreamOptions.defaults());
        assertThat(played.lastReleased().coarse()).isTrue();
        assertThat(played.ended().coarse()).isTrue();
        assertThat(played.ended().unscored()).isFalse();
        assertThat(played.ended().asleep()).isEmpty();
        assertThat(metrics()).contains("weir_overload_level 1.0", "weir_streams_coarse_total 1.0");
        assertThat(receipt(played).coarse()).isTrue();
    }

    @Test
    void aStreamNamesTheExpertThatItsTextWasKeptFrom() throws Exception {
        WeirClient client = connect();
        fallBehind(1);
        assertThat(overload.level()).isEqualTo(Level.ASLEEP);
        Played played = play(client, StreamOptions.defaults());
        assertThat(played.lastReleased().asleep()).containsExactly("minilm");
        assertThat(played.ended().asleep()).containsExactly("minilm");
        assertThat(played.ended().unscored())
                .as("the policy does not require it")
                .isFalse();
        assertThat(metrics()).contains("weir_streams_asleep_total{expert=\"minilm\"} 1.0");
        assertThat(receipt(played).asleep()).containsExactly("minilm");
    }

    @Test
    void anExpertThatThePolicyRequiresIsAlwaysAsked() {
        WeirClient client = connect();
        fallBehind(1);
        Played played = play(client, StreamOptions.defaults().withPolicy("strict"));
        assertThat(played.ended().coarse()).isFalse();
        assertThat(played.ended().asleep()).isEmpty();
    }

    @Test
    void refusesNewStreamsForAWhileAndLetsOpenOnesGoOn() {
        WeirClient client = connect();
        ModeratedStream open = client.open(StreamOptions.defaults());
        open.send("This reply began before. ");
        play(connect(), StreamOptions.defaults()); // opened after it, so it is open by now
        fallBehind(6);
        assertThat(overload.level()).isEqualTo(Level.REFUSING);
        Played refused = play(connect(), StreamOptions.defaults());
        assertThat(refused.outcome()).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(failed.retryAfterMs()).isPositive();
        });
        open.send(TEXT);
        assertThat(within(open.end())).isInstanceOf(Outcome.Ended.class);
    }

    @Test
    void isItselfAgainOnceTheQueuesAreShort() {
        WeirClient client = connect();
        fallBehind(6);
        for (int level = 0; level < 3; level++) {
            ahead.addAndGet(Duration.ofHours(1).toNanos());
            overload.look(0);
        }
        assertThat(overload.level()).isEqualTo(Level.NORMAL);
        Played played = play(client, StreamOptions.defaults());
        assertThat(played.ended().coarse()).isFalse();
        assertThat(played.ended().asleep()).isEmpty();
    }

    /** Law 3: what was left out was left out of the trace too. */
    @Test
    void whatWasDecidedInOverloadIsDecidedAgainExactly() throws Exception {
        WeirClient client = connect();
        play(client, StreamOptions.defaults());
        crowdEncoder();
        becomeCoarse();
        for (Mode mode : Mode.values()) {
            play(client, StreamOptions.defaults().withMode(mode));
        }
        fallBehind(1);
        for (Mode mode : Mode.values()) {
            play(client, StreamOptions.defaults().withMode(mode));
        }
        stop();
        try (LedgerReader ledger = ledger()) {
            Replay replay = new Replay(ledger, null, null);
            List<ReplayedStream> replayed = new ArrayList<>();
            ledger.streams(0, (sequence, stream) -> replayed.add(replay.of(sequence, stream)));
            assertThat(replayed).hasSize(7).allSatisfy(stream -> {
                assertThat(stream.recorded()).isTrue();
                assertThat(stream.differences()).isEmpty();
            });
        }
    }

    /** A client that does not wait for credit loses its stream, and nobody else loses anything. */
    @Test
    void aStreamThatSendsWithoutCreditIsOverAndItsNeighboursGoOn() throws Exception {
        ModeratedStream neighbour = connect().open(StreamOptions.defaults());
        neighbour.send("This reply goes on ");
        RawClient cheater = new RawClient(server.port());
        cheater.send("{\"type\":\"open\",\"stream\":\"cheat\"}");
        cheater.send("{\"type\":\"open\",\"stream\":\"beside\"}");
        cheater.send("{\"type\":\"delta\",\"stream\":\"cheat\",\"text\":\"" + "word ".repeat(4_000) + "\"}");
        cheater.send("{\"type\":\"delta\",\"stream\":\"beside\",\"text\":\"all is well. \"}");
        cheater.send("{\"type\":\"end\",\"stream\":\"beside\"}");
        assertThat(cheater.awaitTerminal("cheat")).contains("\"code\":\"credit_exceeded\"");
        assertThat(cheater.awaitTerminal("beside")).contains("\"type\":\"ended\"");
        neighbour.send("to its end.");
        assertThat(within(neighbour.end())).isInstanceOf(Outcome.Ended.class);
    }

    private void fallBehind(int intervals) {
        for (int interval = 0; interval < intervals; interval++) {
            overload.look(STANDING);
        }
    }

    /** As if another expert of its kind had a queue that stands. */
    private void becomeCoarse() {
        QueueLoad other = overload.newQueue("other", false);
        other.begins(1, System.nanoTime() + ahead.get() - STANDING);
        overload.look(0);
        assertThat(overload.level()).isEqualTo(Level.COARSE);
    }

    private void crowdEncoder() {
        for (int row = 0; row < 10_000; row++) {
            overload.queue("minilm").sent();
        }
    }

    private LedgerReader ledger() throws java.io.IOException {
        return LedgerReader.open(
                LedgerSettings.from(Engines.config(settings).getConfig("weir.ledger"), new ArrayList<>()));
    }

    private Receipt receipt(Played played) throws Exception {
        stop(); // writes what waits
        List<Receipt> found = new ArrayList<>();
        try (LedgerReader ledger = ledger()) {
            ledger.receipt(Tenant.DEFAULT, played.ended().receipt()).ifPresent(found::add);
        }
        return found.getFirst();
    }

    private String metrics() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private WeirClient connect() {
        WeirClient client = within(WeirClient.connect(
                URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream"), ClientSettings.defaults()));
        clients.add(client);
        return client;
    }

    private static Played play(WeirClient client, StreamOptions options) {
        List<ServerMessage> messages = Collections.synchronizedList(new ArrayList<>());
        ModeratedStream stream = client.open(options, messages::add);
        stream.send(TEXT);
        return new Played(within(stream.end()), messages);
    }

    private static <T> T within(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Sends what it is told to, and minds no credit. */
    private static final class RawClient implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();
        private final WebSocket socket;

        RawClient(int port) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/stream"), this)
                    .join();
        }

        void send(String message) {
            socket.sendText(message, true).join();
        }

        /** The message that ends a stream; what others are told meanwhile is kept. */
        String awaitTerminal(String stream) throws InterruptedException {
            List<String> others = new ArrayList<>();
            String message;
            do {
                message = messages.poll(30, TimeUnit.SECONDS);
                assertThat(message).as("the end of " + stream).isNotNull();
                others.add(message);
            } while (!message.contains("\"stream\":\"" + stream + "\"")
                    || !(message.contains("\"type\":\"ended\"") || message.contains("\"final\":true")));
            others.removeLast();
            messages.addAll(others);
            return message;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                messages.add(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }
}
