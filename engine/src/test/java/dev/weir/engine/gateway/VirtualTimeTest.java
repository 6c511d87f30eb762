package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.DispatcherSelector;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Caller;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.protocol.Subprotocol;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection does as time passes, in a channel whose clock the test holds. */
class VirtualTimeTest {

    private final ActorTestKit actors = ActorTestKit.create();
    private final TestProbe<StreamSupervisor.Command> supervisor =
            actors.createTestProbe(StreamSupervisor.Command.class);
    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel =
            EmbeddedChannel.builder().ticker(ticker).build();

    VirtualTimeTest() {
        channel.pipeline()
                .addLast(new FrameHandler(
                        channel,
                        Subprotocol.JSON,
                        Caller.ANYBODY,
                        null,
                        Gateways.settings(),
                        DispatcherSelector.defaultDispatcher(),
                        supervisor.ref(),
                        new FeedbackIntake(new Gateways.ThreeReceipts(), Clock.systemUTC()),
                        Access.forAnybody(),
                        new Connections(10, new Telemetry(new SimpleMeterRegistry()).gateway())));
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
        actors.shutdownTestKit();
    }

    private void passSeconds(long seconds) {
        for (long second = 0; second < seconds; second++) {
            ticker.advance(1, TimeUnit.SECONDS);
            channel.runPendingTasks();
            channel.runScheduledPendingTasks();
        }
    }

    /** What was sent: {@code ping}, {@code close 4408}, or messages, with the heads of their frames. */
    private List<String> sent() {
        List<String> sent = new ArrayList<>();
        for (Object frame = channel.readOutbound(); frame != null; frame = channel.readOutbound()) {
            sent.add(
                    switch (frame) {
                        case PingWebSocketFrame ping -> "ping";
                        case CloseWebSocketFrame close -> "close " + close.statusCode();
                        case ByteBuf messages -> messages.toString(StandardCharsets.UTF_8);
                        default -> frame.getClass().getSimpleName();
                    });
            ReferenceCountUtil.release(frame);
        }
        return sent;
    }

    @Test
    void pingsEveryInterval() {
        passSeconds(14);
        assertThat(sent()).isEmpty();
        passSeconds(1);
        assertThat(sent()).containsExactly("ping");
    }

    @Test
    void closesAfterTwoUnansweredPings() {
        passSeconds(44);
        assertThat(sent()).containsExactly("ping", "ping");
        passSeconds(1);
        assertThat(sent()).containsExactly("close 4408");
        assertThat(channel.isOpen()).isTrue();
        passSeconds(1); // the close time-out of these tests
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void forgetsUnansweredPingsAtEachPong() {
        for (int i = 0; i < 10; i++) {
            passSeconds(15);
            assertThat(sent()).containsExactly("ping");
            channel.writeInbound(new PongWebSocketFrame());
        }
    }

    @Test
    void doesNotBlameAClientForPongsThatTheServerItselfDoesNotRead() {
        passSeconds(30);
        assertThat(sent()).containsExactly("ping", "ping");
        channel.config().setAutoRead(false);
        passSeconds(60);
        assertThat(sent()).isEmpty();
        channel.config().setAutoRead(true);
        passSeconds(30);
        assertThat(sent()).containsExactly("ping", "ping");
    }

    @Test
    void closesASlowReaderWhenItsTimeIsOver() {
        writable(false);
        assertThat(channel.config().isAutoRead()).isFalse();
        passSeconds(9);
        assertThat(sent()).isEmpty();
        passSeconds(1);
        assertThat(sent()).contains("close 1013");
    }

    @Test
    void forgivesASlowReaderThatCatchesUpInTime() {
        writable(false);
        passSeconds(9);
        writable(true);
        assertThat(channel.config().isAutoRead()).isTrue();
        passSeconds(5);
        assertThat(sent()).doesNotContain("close 1013");
    }

    @Test
    void remembersAFinishedStreamForAMinute() {
        channel.writeInbound(new TextWebSocketFrame("{\"type\":\"open\",\"stream\":\"s\"}"));
        var session = actors.createTestProbe(StreamSession.Command.class);
        supervisor.expectMessageClass(StreamSupervisor.Open.class).listener().started("s", session.ref());
        channel.runPendingTasks();
        channel.writeInbound(new TextWebSocketFrame("{\"type\":\"delta\",\"stream\":\"s\"}"));
        assertThat(sent()).singleElement().asString().contains("bad_message");

        for (int second = 0; second < 59; second++) {
            passSeconds(1);
            channel.writeInbound(new PongWebSocketFrame());
        }
        sent();
        channel.writeInbound(new TextWebSocketFrame("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"x\"}"));
        assertThat(sent()).isEmpty();
        passSeconds(1);
        sent();
        channel.writeInbound(new TextWebSocketFrame("{\"type\":\"delta\",\"stream\":\"s\",\"text\":\"x\"}"));
        assertThat(sent()).singleElement().asString().contains("unknown_stream");
    }

    private void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks();
    }
}
