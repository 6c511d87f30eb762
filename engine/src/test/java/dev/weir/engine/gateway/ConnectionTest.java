package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSession.Abandon;
import dev.weir.engine.stream.StreamSession.Cancel;
import dev.weir.engine.stream.StreamSession.Command;
import dev.weir.engine.stream.StreamSession.End;
import dev.weir.engine.stream.StreamSession.FlushTail;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.ServerMessage.ErrorMessage;
import dev.weir.protocol.ServerMessage.Released;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.Utf8Text;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages on one connection, and what they do to the streams they name and to no other. */
@ParameterizedClass
@EnumSource(Subprotocol.class)
class ConnectionTest {

    private static final Duration BRIEFLY = Duration.ofMillis(100);

    @Parameter
    Subprotocol subprotocol;

    /** A delta as its stream gets it. */
    private StreamSession.Delta text(String text, @Nullable Integer at) {
        return switch (subprotocol) {
            case JSON -> new StreamSession.Text(text, at);
            case PROTO -> new StreamSession.Utf8(Utf8Text.of(text), at);
        };
    }

    /** What a message is called that is not in the subprotocol at all. */
    private String unreadable() {
        return subprotocol == Subprotocol.JSON ? "\"code\":\"bad_json\"" : "\"code\":\"bad_message\"";
    }

    private static String delta(String stream, String text) {
        return "{\"type\":\"delta\",\"stream\":\"" + stream + "\",\"text\":\"" + text + "\"}";
    }

    private static ServerMessage ended(String stream) {
        return new ServerMessage.Ended(stream, 1, ServerMessage.Verdict.PASS, 0.1, "r");
    }

    @Test
    void keepsTheOrderOfWhatCameBeforeTheStreamStarted() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            client.send("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"a\",\"at\":0}");
            client.send("{\"type\":\"flush\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            client.send("{\"type\":\"open\",\"stream\":\"other\"}");
            gateway.nextOpen(); // so the delta before it was read
            TestProbe<Command> session = gateway.start(open);
            client.send(delta("s", "b"));
            client.send("{\"type\":\"end\",\"stream\":\"s\",\"length\":2}");

            session.expectMessage(text("a", 0));
            session.expectMessage(new FlushTail());
            session.expectMessage(text("b", null));
            session.expectMessage(new End(2));
        }
    }

    @Test
    void sendsWhatStreamsSayInTheirOrder() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            gateway.start(open);
            for (int through = 1; through <= 1_000; through++) {
                open.listener().send(new Released("s", through, 0));
            }
            for (int through = 1; through <= 1_000; through++) {
                assertThat(client.readText())
                        .isEqualTo("{\"type\":\"released\",\"stream\":\"s\",\"through\":" + through + ",\"risk\":0.0}");
            }
        }
    }

    @Test
    void answersABadMessageAndDisturbsNoStream() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            TestProbe<Command> session = gateway.open(client, "s");
            client.send("{\"type\":");
            assertThat(client.readText()).contains(unreadable()).doesNotContain("final");
            client.send("{\"type\":\"shout\",\"stream\":\"s\"}");
            assertThat(client.readText()).contains("\"code\":\"unknown_type\"").doesNotContain("final");
            client.send("{\"type\":\"end\",\"stream\":\"s\",\"length\":\"two\"}");
            assertThat(client.readText()).contains("\"code\":\"bad_message\"").contains("\"field\":\"length\"");
            client.send(delta("s", "x"));
            session.expectMessage(text("x", null));
        }
    }

    @Test
    void endsTheStreamOfABadDeltaOnceAndNoOther() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"bad\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            TestProbe<Command> bad = gateway.start(open);
            TestProbe<Command> good = gateway.open(client, "good");

            client.send("{\"type\":\"delta\",\"stream\":\"bad\",\"text\":5}");
            assertThat(client.readText())
                    .isEqualTo("{\"type\":\"error\",\"stream\":\"bad\",\"code\":\"bad_message\",\"final\":true,"
                            + "\"field\":\"text\",\"message\":\"text: an integer (expected: a string)\"}");
            bad.expectMessage(new Abandon());

            open.listener().send(new Released("bad", 1, 0)); // was on its way: nothing follows a final error
            client.send("{\"type\":\"delta\",\"stream\":\"bad\",\"text\":5}");
            assertThat(client.readText()).contains("\"code\":\"bad_message\"").doesNotContain("final");
            client.send(delta("bad", "crossing"));
            client.send(delta("good", "x"));
            good.expectMessage(text("x", null));
            client.close();
            good.expectMessage(new Abandon());
            bad.expectNoMessage(BRIEFLY);
        }
    }

    @Test
    void abandonsAStreamThatStartsAfterItsBadDelta() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            client.send(delta("s", "dropped with its stream"));
            client.send("{\"type\":\"delta\",\"stream\":\"s\",\"text\":5}");
            assertThat(client.readText()).contains("\"final\":true");
            TestProbe<Command> session = gateway.start(open);
            session.expectMessage(new Abandon());
            client.close();
            session.expectNoMessage(BRIEFLY);
        }
    }

    @Test
    void answersUnknownStream() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            for (String message : new String[] {
                delta("g-17", "x"),
                "{\"type\":\"flush\",\"stream\":\"g-17\"}",
                "{\"type\":\"end\",\"stream\":\"g-17\"}",
                "{\"type\":\"cancel\",\"stream\":\"g-17\"}"
            }) {
                client.send(message);
                assertThat(client.readText())
                        .isEqualTo(
                                "{\"type\":\"error\",\"stream\":\"g-17\",\"code\":\"unknown_stream\",\"final\":true,"
                                        + "\"field\":\"stream\",\"message\":\"stream \\\"g-17\\\" is not open on this connection\"}");
            }
        }
    }

    @Test
    void refusesASecondStreamOfTheSameNameAndKeepsTheFirst() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            TestProbe<Command> session = gateway.open(client, "s");
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            assertThat(client.readText())
                    .contains("\"code\":\"duplicate_stream\"")
                    .doesNotContain("final");
            client.send(delta("s", "x"));
            session.expectMessage(text("x", null));
        }
    }

    @Test
    void refusesANameWhoseStreamIsOver() throws IOException {
        try (Gateways gateway = new Gateways("closed-stream-memory = 1ms")) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            gateway.nextOpen().listener().send(ended("s"));
            assertThat(client.readText()).contains("\"ended\"");
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            assertThat(client.readText()).contains("\"code\":\"duplicate_stream\"");
        }
    }

    @Test
    void dropsWhatWasSentBehindAnOpenThatWasNotUnderstoodAndKeepsItsName() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\",\"mode\":\"x\"}");
            client.send(delta("s", "sent before the refusal came"));
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            assertThat(client.readText()).contains("\"code\":\"bad_message\"").contains("\"final\":true");
            assertThat(client.readText()).contains("\"code\":\"duplicate_stream\"");
        }
    }

    @Test
    void refusesOneStreamTooManyAndTakesTheNextWhenOneIsOver() throws IOException {
        try (Gateways gateway = new Gateways("max-streams-per-connection = 1")) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"a\"}");
            StreamSupervisor.Open first = gateway.nextOpen();
            client.send("{\"type\":\"open\",\"stream\":\"b\"}");
            client.send(delta("b", "sent before the refusal came"));
            assertThat(client.readText())
                    .contains("\"code\":\"too_many_streams\"")
                    .contains("\"final\":true");
            first.listener().send(ended("a"));
            assertThat(client.readText()).contains("\"ended\"");
            gateway.open(client, "c");
        }
    }

    @Test
    void retiresAConnectionThatHasUsedUpItsNames() throws IOException {
        try (Gateways gateway = new Gateways("max-streams-per-connection = 1", "max-stream-names-per-connection = 1")) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"a\"}");
            StreamSupervisor.Open first = gateway.nextOpen();
            client.send("{\"type\":\"open\",\"stream\":\"b\"}");
            assertThat(client.readText()).contains("\"code\":\"draining\"").contains("\"final\":true");
            first.listener().send(ended("a"));
            assertThat(client.readText()).contains("\"ended\"");
            assertThat(client.readClose()).isEqualTo(1013);
        }
    }

    @Test
    void dropsDeltasThatCrossedATerminalMessage() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            TestProbe<Command> session = gateway.start(open);
            open.listener().send(new ErrorMessage("s", ErrorCode.IDLE, true, "no delta for 120 s"));
            assertThat(client.readText()).contains("\"code\":\"idle\"");
            client.send(delta("s", "crossing"));
            client.send("{\"type\":\"flush\",\"stream\":\"s\"}");
            client.send("{\"type\":\"cancel\",\"stream\":\"s\"}");
            client.send(delta("unknown", "x"));
            assertThat(client.readText()).contains("\"stream\":\"unknown\"");
            session.expectNoMessage(BRIEFLY);
        }
    }

    @Test
    void refusesADeltaAfterTheClientsOwnEndAndLetsTheVerdictThrough() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            TestProbe<Command> session = gateway.start(open);
            client.send("{\"type\":\"end\",\"stream\":\"s\"}");
            client.send(delta("s", "late"));
            assertThat(client.readText())
                    .isEqualTo("{\"type\":\"error\",\"stream\":\"s\",\"code\":\"bad_message\",\"field\":\"stream\","
                            + "\"message\":\"stream \\\"s\\\": delta after its end (expected: nothing, or cancel)\"}");
            open.listener().send(ended("s"));
            assertThat(client.readText()).contains("\"ended\"");
            client.send(delta("s", "later still"));
            assertThat(client.readText()).contains("delta after its end");
            session.expectMessage(new End(null));
            session.expectNoMessage(BRIEFLY);
        }
    }

    @Test
    void passesOneCancelAndNothingBehindIt() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            TestProbe<Command> session = gateway.open(client, "s");
            client.send("{\"type\":\"cancel\",\"stream\":\"s\"}");
            client.send("{\"type\":\"cancel\",\"stream\":\"s\"}");
            client.send(delta("s", "x"));
            session.expectMessage(new Cancel());
            session.expectNoMessage(BRIEFLY);
        }
    }

    @Test
    void closesAfterTooManyBadMessages() throws IOException {
        try (Gateways gateway = new Gateways("max-bad-messages = 20")) {
            RawWebSocket client = gateway.connect(subprotocol);
            TestProbe<Command> session = gateway.open(client, "s");
            for (int bad = 1; bad <= 20; bad++) {
                client.send("no JSON");
                assertThat(client.readText()).contains(unreadable());
            }
            client.send("no JSON");
            assertThat(client.readClose()).isEqualTo(4400);
            session.expectMessage(new Abandon());
        }
    }

    @Test
    void abandonsEachOpenStreamOnceWhenTheClientVanishes() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            TestProbe<Command> running = gateway.open(client, "running");
            client.send("{\"type\":\"open\",\"stream\":\"over\"}");
            StreamSupervisor.Open over = gateway.nextOpen();
            TestProbe<Command> finished = gateway.start(over);
            over.listener().send(ended("over"));
            assertThat(client.readText()).contains("\"ended\"");
            client.send("{\"type\":\"open\",\"stream\":\"pending\"}");
            StreamSupervisor.Open pending = gateway.nextOpen();

            client.close();

            running.expectMessage(new Abandon());
            TestProbe<Command> late = gateway.start(pending);
            late.expectMessage(new Abandon());
            running.expectNoMessage(BRIEFLY);
            late.expectNoMessage(Duration.ZERO);
            finished.expectNoMessage(Duration.ZERO);
        }
    }

    @Test
    void givesUpAClientThatReadsNothing() throws IOException {
        try (Gateways gateway = new Gateways("slow-reader-timeout = 200ms", "write-high-water-bytes = 64KiB")) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            TestProbe<Command> session = gateway.start(open);
            String replacement = "x".repeat(100_000);
            for (int i = 0; i < 200; i++) { // far more than socket buffers hold
                open.listener().send(new ServerMessage.Redacted("s", i, i + 1, "privacy", replacement));
            }
            TestProbe<Command> undisturbed = gateway.open(gateway.connect(), "neighbour's");
            session.expectMessage(new Abandon());
            session.expectNoMessage(BRIEFLY);
            undisturbed.expectNoMessage(Duration.ZERO);
        }
    }

    @Test
    void stopsReadingWhileTooMuchWaitsForStreamsToStart() throws IOException {
        try (Gateways gateway = new Gateways("max-pending-bytes = 1KiB")) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            String text = "x".repeat(1_000);
            client.send(delta("s", text));
            client.send(delta("s", text));
            // Some may come in the same read as the text before it, but far from all of so much.
            int behind = 100;
            for (int i = 0; i < behind; i++) {
                client.send("{\"type\":\"open\",\"stream\":\"behind-" + i + "\",\"meta\":{\"padding\":\""
                        + "x".repeat(4_000) + "\"}}");
            }
            int read = 0;
            while (hasNextOpen(gateway)) {
                read++;
            }
            assertThat(read).isLessThan(behind);

            TestProbe<Command> session = gateway.start(open);
            session.expectMessage(text(text, null));
            for (; read < behind; read++) {
                gateway.nextOpen();
            }
        }
    }

    /**
     * Once the supervisor had no time, the text of streams that it then refused stopped a connection, and nothing told the
     * connection that it was gone: it was never read again.
     */
    @Test
    void readsOnWhenTheStreamsThatTooMuchWaitedForAreRefused() throws IOException {
        try (Gateways gateway = new Gateways("max-pending-bytes = 1KiB")) {
            RawWebSocket client = gateway.connect();
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            client.send(delta("s", "x".repeat(2_000)));
            gateway.supervisor.expectNoMessage(BRIEFLY);
            client.send("{\"type\":\"open\",\"stream\":\"next\"}");
            open.listener().send(new ErrorMessage("s", ErrorCode.OVERLOADED, true, null, "no time", 1_000));
            assertThat(client.readText()).contains("\"retryAfterMs\":1000");
            assertThat(gateway.nextOpen().request().stream()).isEqualTo("next");
        }
    }

    @Test
    void stopsReadingOneConnectionWhileTooMuchOfItIsUnscored() throws IOException {
        try (Gateways gateway = new Gateways("max-unscored-per-connection = 1024")) {
            RawWebSocket greedy = gateway.connect();
            RawWebSocket neighbour = gateway.connect();
            greedy.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            TestProbe<Command> session = gateway.start(open);
            for (int i = 0; i < 3; i++) {
                greedy.send(delta("s", "x".repeat(500)));
            }
            session.expectMessage(new StreamSession.Text("x".repeat(500), null));
            // Some may come in the same read as the text before it, but far from all of so much.
            int behind = 100;
            for (int i = 0; i < behind; i++) {
                greedy.send("{\"type\":\"open\",\"stream\":\"behind-" + i + "\",\"meta\":{\"padding\":\""
                        + "x".repeat(4_000) + "\"}}");
            }
            int read = 0;
            while (hasNextOpen(gateway)) {
                read++;
            }
            assertThat(read).isLessThan(behind);
            gateway.open(neighbour, "undisturbed");

            open.backlog().update(1_500, 700);
            assertThat(hasNextOpen(gateway)).as("more than half is left").isFalse();
            open.backlog().update(1_500, 24);
            for (; read < behind; read++) {
                gateway.nextOpen();
            }
            assertThat(greedy.readText()).isEqualTo("{\"type\":\"credit\",\"add\":1000}");
        }
    }

    @Test
    void whatAStreamThatIsOverLeftUnscoredStopsNobody() throws IOException {
        try (Gateways gateway = new Gateways("max-unscored-per-connection = 1024")) {
            RawWebSocket client = gateway.connect();
            client.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            gateway.start(open);
            client.send(delta("s", "x".repeat(2_000)));
            open.listener().send(new ErrorMessage("s", ErrorCode.CREDIT_EXCEEDED, true, "more than 16384 unscored"));
            assertThat(client.readText()).contains("credit_exceeded");
            client.send(delta("s", "x".repeat(2_000)));
            gateway.open(client, "next");
        }
    }

    private static boolean hasNextOpen(Gateways gateway) {
        try {
            gateway.supervisor.expectMessageClass(StreamSupervisor.Open.class, BRIEFLY);
            return true;
        } catch (AssertionError none) {
            return false;
        }
    }

    @Test
    void answersFeedback() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send(feedback("known", "\"fraud_scams\""));
            assertThat(client.readText())
                    .isEqualTo("{\"type\":\"feedback_recorded\",\"id\":\"f-1\",\"receipt\":\"known\"}");
            client.send(feedback("unheard of", ""));
            assertThat(client.readText()).contains("\"code\":\"unknown_receipt\"");
            client.send(feedback("full", ""));
            assertThat(client.readText()).contains("\"code\":\"overloaded\"").contains("\"retryAfterMs\":1000");
        }
    }

    @Test
    void keepsFeedbackWithFreeTextOutOfTheLedger() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            client.send(feedback("known", "\"he wrote that …\""));
            assertThat(client.readText())
                    .contains("\"code\":\"bad_message\"")
                    .contains("\"field\":\"categories\"")
                    .doesNotContain("he wrote");
        }
    }

    private static String feedback(String receipt, String categories) {
        return "{\"type\":\"feedback\",\"id\":\"f-1\",\"receipt\":\"" + receipt
                + "\",\"verdict\":\"wrong_stop\",\"categories\":[" + categories + "]}";
    }

    @Test
    void echoesTheStatusOfTheClientsClose() throws IOException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket client = gateway.connect(subprotocol);
            TestProbe<Command> session = gateway.open(client, "s");
            client.sendFrame(true, RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE9});
            assertThat(client.readClose()).isEqualTo(1001);
            session.expectMessage(new Abandon());
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void drainsByClosingEachConnectionAfterItsLastStream()
            throws IOException, ExecutionException, InterruptedException, TimeoutException {
        try (Gateways gateway = new Gateways()) {
            RawWebSocket idle = gateway.connect(subprotocol);
            RawWebSocket busy = gateway.connect(subprotocol);
            busy.send("{\"type\":\"open\",\"stream\":\"s\"}");
            StreamSupervisor.Open open = gateway.nextOpen();
            gateway.open(idle, "so that it is connected for sure");
            idle.send("{\"type\":\"cancel\",\"stream\":\"so that it is connected for sure\"}");
            RawWebSocket streamless = gateway.connect(subprotocol);
            streamless.sendFrame(true, RawWebSocket.PING, new byte[0]);
            assertThat(streamless.read().opcode()).isEqualTo(RawWebSocket.PONG);

            var drained = gateway.server.drain().toCompletableFuture();
            gateway.settle(); // or what is sent next is read before the connection hears of it

            assertThat(streamless.readClose()).isEqualTo(1001);
            streamless.close();
            busy.send("{\"type\":\"open\",\"stream\":\"new\"}");
            assertThat(busy.readText()).contains("\"code\":\"draining\"").contains("\"final\":true");
            open.listener().send(ended("s"));
            assertThat(busy.readText()).contains("\"ended\"");
            assertThat(busy.readClose()).isEqualTo(1001);
            busy.close();
            assertThat(drained).isNotDone();
            gateway.server.closeConnections();
            assertThat(idle.readClose()).isEqualTo(1001);
            idle.close();
            drained.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void cutsOffWhoDoesNotAnswerItsClose() throws IOException {
        try (Gateways gateway = new Gateways("close-timeout = 50 ms")) {
            RawWebSocket mute = gateway.connect(subprotocol);
            gateway.server.close();
            assertThat(mute.readClose()).isEqualTo(1001);
            assertThat(mute.isHungUp()).isTrue();
        }
    }
}
