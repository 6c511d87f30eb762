package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.GatewayMeters;
import dev.weir.engine.telemetry.ParentSpan;
import dev.weir.protocol.ClientDecoder;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.CloseCode;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.ProtocolException;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: frames in, messages to the streams they name; messages of the streams out, as frames. A faulty message
 * is answered and touches only the stream it names; a faulty frame closes this connection and no other.
 *
 * <p>Runs on the connection's event loop, except where it says so.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
final class FrameHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(FrameHandler.class);

    private static final int WEIGH_AGAIN_MILLIS = 20;

    private final Channel channel;
    private final Caller caller;
    private final GatewaySettings settings;
    private final ActorRef<StreamSupervisor.Command> supervisor;
    private final FeedbackIntake intake;
    private final Access access;
    private final Connections connections;
    private final GatewayMeters meters;
    private final StreamTable streams;
    private final MessageAssembly assembly;
    private final Backpressure backpressure;
    private final Pinger pinger;
    private final Outbox outbox;
    private final Subprotocol subprotocol;
    private final ClientDecoder decoder;
    private final OutgoingFrames outgoing;
    private int badMessages;
    private boolean unflushed;
    private boolean weighing;
    private boolean closing;
    private @Nullable CloseCode retiring;
    /** Why it is over, for the metrics. */
    private String over = "lost";

    FrameHandler(
            Channel channel,
            Subprotocol subprotocol,
            Caller caller,
            @Nullable ParentSpan parentSpan,
            GatewaySettings settings,
            DispatcherSelector streamsDispatcher,
            ActorRef<StreamSupervisor.Command> supervisor,
            FeedbackIntake intake,
            Access access,
            Connections connections) {
        this.channel = channel;
        this.caller = caller;
        this.settings = settings;
        this.supervisor = supervisor;
        this.intake = intake;
        this.access = access;
        this.connections = connections;
        this.meters = connections.meters();
        this.streams = new StreamTable(settings, channel.eventLoop().ticker()::nanoTime);
        this.assembly = new MessageAssembly(settings.maxFrameBytes());
        this.backpressure = new Backpressure(channel, settings, () -> close(CloseCode.TRY_AGAIN_LATER));
        this.pinger = new Pinger(channel, settings.pingInterval(), () -> close(CloseCode.NO_PONG));
        this.outbox = new Outbox(channel.eventLoop(), streamsDispatcher, parentSpan, this);
        this.subprotocol = subprotocol;
        this.decoder = subprotocol.newDecoder();
        this.outgoing = new OutgoingFrames(channel, subprotocol, meters);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        meters.connectionOpened(subprotocol);
        pinger.start();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        try {
            if (!closing) {
                onFrame(frame);
            } else if (frame instanceof CloseWebSocketFrame) {
                channel.close();
            }
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    private void onFrame(Object frame) {
        switch (frame) {
            case TextWebSocketFrame text -> onData(text, Subprotocol.JSON);
            case BinaryWebSocketFrame binary -> onData(binary, Subprotocol.PROTO);
            case ContinuationWebSocketFrame continued -> onData(continued, subprotocol);
            case PingWebSocketFrame ping ->
                write(new PongWebSocketFrame(ping.content().retain()));
            case PongWebSocketFrame pong -> pinger.answered();
            case CloseWebSocketFrame close -> onClose(close);
            default -> closeDeaf(CloseCode.PROTOCOL_ERROR); // bytes sent before the handshake was answered
        }
    }

    private void onData(WebSocketFrame frame, Subprotocol spoken) {
        if (spoken != subprotocol) {
            close(CloseCode.UNSUPPORTED_DATA);
            return;
        }
        if (!assembly.add(frame)) {
            return;
        }
        meters.received(assembly.length());
        try {
            onMessage(decoder.decode(assembly.bytes(), assembly.length()));
        } catch (ProtocolException e) {
            onBadMessage(e.toMessage());
        } catch (CharacterCodingException e) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "a text frame that is not UTF-8", e);
        }
        backpressure.waiting(streams.waitingBytes());
        weighBacklog(streams.unscored());
    }

    /** What pauses the reading for too much unscored text must also look for when there is room again. */
    private void weighBacklog(long unscored) {
        if (!closing && backpressure.unscored(unscored) && !weighing) {
            weighing = true;
            channel.eventLoop().schedule(this::weighBacklogAgain, WEIGH_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void weighBacklogAgain() {
        weighing = false;
        long unscored = streams.countUnscored();
        weighBacklog(unscored);
        if (!closing && !weighing) {
            say(new ServerMessage.Credit(null, (int) (settings.maxUnscored() - unscored)));
            flush();
        }
    }

    private void onMessage(ClientMessage message) {
        switch (message) {
            case ClientMessage.Delta delta ->
                answer(streams.text(delta.stream(), new StreamSession.Text(delta.text(), delta.at())));
            case ClientMessage.Utf8Delta delta ->
                answer(streams.text(delta.stream(), new StreamSession.Utf8(delta.text(), delta.at())));
            case ClientMessage.OpenStream open -> onOpen(open);
            case ClientMessage.Flush flush -> answer(streams.flush(flush.stream()));
            case ClientMessage.EndStream end -> answer(streams.end(end.stream(), new StreamSession.End(end.length())));
            case ClientMessage.Cancel cancel -> answer(streams.cancel(cancel.stream()));
            case ClientMessage.Feedback feedback -> onFeedback(feedback);
        }
    }

    private void onOpen(ClientMessage.OpenStream open) {
        String name = open.stream();
        switch (streams.open(name)) {
            case BEGUN -> {
                if (!access.stillAdmits(caller)) {
                    streams.giveUp(name);
                    refuse(
                            name,
                            ErrorCode.UNAUTHORIZED,
                            true,
                            "the credential of this connection is no longer good: open another with a new one");
                } else if (retiring == null) {
                    supervisor.tell(new StreamSupervisor.Open(open, caller, outbox, streams.backlog(name)));
                } else {
                    streams.giveUp(name);
                    refuse(name, ErrorCode.DRAINING, true, "this connection takes no new streams: open another one");
                }
            }
            // Not final: the name belongs to the first stream, which goes on.
            case DUPLICATE ->
                refuse(
                        name,
                        ErrorCode.DUPLICATE_STREAM,
                        false,
                        "stream \"" + name + "\" was used before on this connection (expected: a name used once)");
            case TOO_MANY_STREAMS ->
                refuse(
                        name,
                        ErrorCode.TOO_MANY_STREAMS,
                        true,
                        settings.maxStreams() + " streams are open on this connection, as many as it takes");
            case NAMES_USED_UP -> {
                refuse(
                        name,
                        ErrorCode.DRAINING,
                        true,
                        "this connection has had " + settings.maxStreamNames() + " streams: open another one");
                retireNow(CloseCode.TRY_AGAIN_LATER);
            }
        }
    }

    private void refuse(String stream, ErrorCode code, boolean isFinal, String message) {
        if (isFinal) {
            meters.openRefused(code);
        }
        say(new ServerMessage.ErrorMessage(stream, code, isFinal, "stream", message, null));
    }

    private void onBadMessage(ServerMessage.ErrorMessage error) {
        badMessages++;
        if (badMessages > settings.maxBadMessages()) {
            close(CloseCode.TOO_MANY_BAD_MESSAGES);
            return;
        }
        String stream = error.stream();
        boolean isFinal = error.isFinal() && stream != null && (streams.giveUp(stream) || !streams.knows(stream));
        say(new ServerMessage.ErrorMessage(
                stream, error.code(), isFinal, error.field(), error.message(), error.retryAfterMs()));
        if (isFinal && stream != null) {
            streams.refused(stream);
        }
        closeIfRetired();
    }

    private void onFeedback(ClientMessage.Feedback feedback) {
        if (!caller.has(Scope.REVIEW)) {
            say(new ServerMessage.ErrorMessage(
                    null,
                    ErrorCode.FORBIDDEN,
                    false,
                    "type",
                    "feedback needs a credential with the scope review",
                    null));
            return;
        }
        FeedbackIntake.fault(feedback)
                .ifPresentOrElse(this::onBadMessage, () -> intake.take(feedback, caller, outbox::send));
    }

    /** From the outbox: the stream's actor takes its text from now on. */
    void onStarted(String stream, ActorRef<StreamSession.Command> session) {
        streams.started(stream, session);
        if (!closing) {
            backpressure.waiting(streams.waitingBytes());
            weighBacklog(streams.unscored());
        }
    }

    /** From the outbox: what a stream, or the ledger, has to say. */
    void onSaid(ServerMessage message) {
        if (!closing && streams.passes(message)) {
            say(message);
            if (message.isTerminal()) {
                backpressure.waiting(streams.waitingBytes()); // a stream that is refused may have been what waited
                closeIfRetired();
            }
        }
    }

    private void answer(Optional<ServerMessage> message) {
        message.ifPresent(this::say);
    }

    private void say(ServerMessage message) {
        if (!closing) {
            if (message instanceof ServerMessage.ErrorMessage error) {
                meters.errorTold(error.code());
            }
            outgoing.add(message);
            unflushed = true;
        }
    }

    private void write(WebSocketFrame frame) {
        outgoing.write(); // what was said before goes before
        channel.write(frame, channel.voidPromise());
        unflushed = true;
    }

    void flush() {
        if (unflushed) {
            unflushed = false;
            outgoing.write();
            channel.flush();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!closing) {
            backpressure.writabilityChanged();
        }
    }

    /** Takes no new stream and closes once none is open. From any thread. */
    void retire(CloseCode code) {
        channel.eventLoop().execute(() -> retireNow(code));
    }

    private void retireNow(CloseCode code) {
        if (retiring == null) {
            retiring = code;
        }
        closeIfRetired();
    }

    private void closeIfRetired() {
        if (retiring != null && streams.live() == 0) {
            close(retiring);
        }
    }

    void closeFromAnyThread(CloseCode code) {
        channel.eventLoop().execute(() -> close(code));
    }

    /**
     * Gives up the open streams and says why, then waits a while for the peer to answer. What it still sends is read and
     * dropped: closing on unread bytes would reset the connection and destroy the close frame on its way.
     */
    void close(CloseCode code) {
        if (closing) {
            return;
        }
        flush();
        over = code.name().toLowerCase(Locale.ROOT);
        end();
        channel.config().setAutoRead(true);
        channel.writeAndFlush(new CloseWebSocketFrame(code.status(), code.reason()));
        channel.eventLoop()
                .schedule(() -> channel.close(), settings.closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
        log.debug("connection {}: closed with {} {}", channel.id(), code.status(), code.reason());
    }

    private void onClose(CloseWebSocketFrame frame) {
        over = "client";
        end();
        int status = frame.statusCode();
        CloseWebSocketFrame reply = status < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(status, "");
        channel.writeAndFlush(reply).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        meters.connectionClosed(over);
        connections.remove(this);
    }

    private void end() {
        closing = true;
        outgoing.write();
        pinger.stop();
        backpressure.stop();
        streams.giveUpAll();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (closing) {
            return;
        }
        switch (cause) {
            case CorruptedWebSocketFrameException corrupt ->
                closeDeaf(CloseCode.of(corrupt.closeStatus().code()).orElse(CloseCode.PROTOCOL_ERROR));
            case DecoderException undecodable -> closeDeaf(CloseCode.PROTOCOL_ERROR);
            case IOException reset -> channel.close(); // the peer reset the connection
            default -> {
                log.error("connection {}: closed after an error of our own", channel.id(), cause);
                close(CloseCode.TRY_AGAIN_LATER);
            }
        }
    }

    /** As {@link #close}, when what follows cannot be understood any more, not even an answering close frame. */
    private void closeDeaf(CloseCode code) {
        close(code);
        if (channel.pipeline().get(WebSocket13FrameDecoder.class) != null) {
            channel.pipeline().remove(WebSocket13FrameDecoder.class);
        }
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput(); // the peer sees the end behind the close frame and hangs up
        }
    }
}
