package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Severity;
import dev.weir.protocol.Subprotocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that shakes hands and then says only what the test lets it say. */
class PlaceTest {

    private static final long SECOND = 1_000_000_000L;

    private final LoadTally tally = new LoadTally();
    private final List<PlayedStream> opened = new ArrayList<>();
    private ServerSocket listening;
    private WireConnection connection;

    @BeforeEach
    void connect() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                Socket socket = listening.accept();
                socket.getOutputStream().write("HTTP/1.1 101 Yes\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        connection = WireConnection.open(
                URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/v1/stream"), Subprotocol.JSON);
    }

    @AfterEach
    void disconnect() throws IOException {
        connection.close();
        listening.close();
    }

    @Test
    void keepsItsScheduleHoweverLateItIsAndTimesFromTheIntendedMoment() {
        Place place = place("one two three four five six seven eight nine ten ".repeat(20));
        place.playUntil(0);
        place.playUntil(2 * SECOND); // the client slept, or the server held it up
        Tallied late = tally.at(2 * SECOND);
        assertThat(late.tokens()).isBetween(25L, 60L);
        assertThat(late.sendLag().max()).isGreaterThan(1_900);
        opened.getFirst().onMessage(new ServerMessage.Released("b0", 1_000, 0.1), 2 * SECOND);
        assertThat(tally.at(2 * SECOND).released().max()).isGreaterThan(1_900);
    }

    @Test
    void waitsAsLongAsARefusalSaysAndThenPlaysTheSameTextAgain() {
        Place place = place("one two three four five six seven eight nine ten");
        place.playUntil(0);
        opened.getFirst().onMessage(refusal(500), 0);
        place.playUntil(SECOND / 2 - 1);
        assertThat(opened).hasSize(1);
        place.playUntil(SECOND);
        assertThat(opened).hasSize(2);
        assertThat(opened.get(1).script()).isSameAs(opened.getFirst().script());
        Tallied seen = tally.at(SECOND);
        assertThat(seen.refused()).isEqualTo(1);
        assertThat(seen.refusedTokens()).isPositive();
        assertThat(seen.errors()).isEmpty();
    }

    @Test
    void countsWhatIsStillWaitedForAsSlow() {
        Place place = place("one two three four");
        place.playUntil(0);
        place.playUntil(3 * SECOND);
        opened.getFirst().countWaiting(10 * SECOND);
        assertThat(tally.at(10 * SECOND).released().p50()).isGreaterThan(7_000);
    }

    /** Else a server that stops what it cannot score in time would have no latency at all. */
    @Test
    void countsWhatAStopLeavesUnanswered() {
        Place place = place("one two three four");
        place.playUntil(0);
        place.playUntil(3 * SECOND);
        opened.getFirst().onMessage(stop("unscored"), 10 * SECOND);
        Tallied seen = tally.at(10 * SECOND);
        assertThat(seen.released().p50()).isGreaterThan(7_000);
        assertThat(seen.crossedToStopped().count()).isZero();
        assertThat(seen.isWhole()).isFalse();
    }

    @Test
    void timesAStopFromTheDeltaThatSettledTheTokenWhichCrossed() {
        Place place = place("one two three four");
        place.playUntil(0);
        place.playUntil(3 * SECOND);
        opened.getFirst().onMessage(stop("other"), 10 * SECOND);
        Tallied seen = tally.at(10 * SECOND);
        assertThat(seen.crossedToStopped().count()).isEqualTo(1);
        assertThat(seen.crossedToStopped().max()).isBetween(9_000.0, 10_000.0);
        assertThat(seen.exposure()).isEqualTo(4);
        assertThat(seen.isWhole()).isTrue();
    }

    @Test
    void sendsNothingBeyondItsCredit() {
        Place place = new Place(traffic("abc def ghi"), 1, 0, tally, script -> open(script, 5));
        place.playUntil(SECOND);
        PlayedStream stream = opened.getFirst();
        stream.onMessage(new ServerMessage.Released("b0", 11, 0.1), SECOND);
        assertThat(tally.at(SECOND).released().count()).isEqualTo(1);
        stream.onMessage(new ServerMessage.Credit("b0", 10), SECOND);
        stream.onMessage(new ServerMessage.Released("b0", 11, 0.1), SECOND);
        assertThat(tally.at(SECOND).released().count()).isEqualTo(3);
    }

    private Place place(String text) {
        return new Place(traffic(text), 1, 0, tally, script -> open(script, 8_192));
    }

    private static Traffic traffic(String text) {
        return Traffic.of(List.of(new Sample(text, false, -1)), 20, Mode.STREAM, Double.NaN, 1);
    }

    private PlayedStream open(Script script, int credit) {
        PlayedStream stream = new PlayedStream(connection, "b" + opened.size(), script, Mode.STREAM, credit, tally);
        opened.add(stream);
        return stream;
    }

    private static ServerMessage stop(String category) {
        return new ServerMessage.Stopped(
                "b0", 7, 3, 7, 4, category, List.of(category), Severity.UNSAFE, 0.9, null, "default@1", "", "R1");
    }

    private static ServerMessage refusal(int retryAfterMillis) {
        return new ServerMessage.ErrorMessage("b0", ErrorCode.OVERLOADED, true, null, "full", retryAfterMillis);
    }
}
