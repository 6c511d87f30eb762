package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weir.engine.Server;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Subprotocol;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real server: what the client says arrives, and what comes back is read, in each subprotocol. */
class WireConnectionTest {

    private static final List<Sample> SAMPLES = List.of(
            new Sample("The river was wide and slow that year, and people came to see it from far away.", false, -1),
            new Sample("\"Quoted\" \\ and\tspaced, with 😀😀 in it.\nAnd a second line: cà phê sữa đá.", false, -1),
            new Sample("You are a stupid worthless idiot. I hate you, you disgusting pig. ".repeat(8), true, 0));

    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        Path repository = Path.of(System.getProperty("weir.repository"));
        server = Server.start(
                ConfigFactory.parseString("""
                                weir.models.directory = "%s"
                                weir.models.experts = [lexicon, causal]
                                weir.gateway.port = 0
                                weir.admin.port = 0
                                weir.ledger.url = ""
                                weir.doctor.at-start = off
                                weir.policy-defaults.stop-thresholds.by = typed
                                """.formatted(repository.resolve("models/experts")))
                        .withFallback(ConfigFactory.load()),
                line -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @Timeout(20)
    void seesTheSameInBothSubprotocols() throws Exception {
        Tallied json = played(Subprotocol.JSON);
        Tallied proto = played(Subprotocol.PROTO);
        assertThat(json.ended()).isEqualTo(SAMPLES.size());
        assertThat(json.stopped()).isEqualTo(1);
        assertThat(json.errors()).isEmpty();
        assertThat(counts(proto)).isEqualTo(counts(json));
    }

    /** Each sample once, over one connection. */
    private static Tallied played(Subprotocol subprotocol) throws Exception {
        LoadTally tally = new LoadTally();
        URI url = URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream");
        List<PlayedStream> streams = new ArrayList<>();
        try (WireConnection connection = WireConnection.open(url, subprotocol)) {
            for (Sample sample : SAMPLES) {
                PlayedStream stream = new PlayedStream(
                        connection, "b" + streams.size(), Script.of(sample), Mode.STREAM, 8_192, tally);
                while (!stream.isPlayed()) {
                    stream.takeDue(0, 0);
                }
                streams.add(stream);
            }
            while (!streams.stream().allMatch(PlayedStream::isOver)) {
                connection.flush();
                connection.read(message -> streams.get(number(message.stream())).onMessage(message, 1));
                LockSupport.parkNanos(1_000_000);
            }
        }
        return tally.at(1);
    }

    private static int number(@Nullable String stream) {
        return Integer.parseInt(Objects.requireNonNull(stream).substring(1));
    }

    private static List<Number> counts(Tallied seen) {
        return List.of(
                seen.tokens(),
                seen.released().count(),
                seen.crossedToStopped().count(),
                seen.onsetToStopped().count(),
                seen.ended(),
                seen.stopped(),
                seen.degradedTokens().unscored(),
                seen.exposure());
    }
}
