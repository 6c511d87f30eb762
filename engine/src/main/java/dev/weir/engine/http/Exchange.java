package dev.weir.engine.http;

import akka.actor.typed.DispatcherSelector;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * One request that is being answered: {@link #answer at once}, or {@link #begin piece by piece}. A client that went away
 * is told about once, and what is said to it after that is dropped.
 *
 * <p>Everything runs on the event loop of the connection, unless it says otherwise.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
public final class Exchange {

    private enum State {
        UNANSWERED,
        ANSWERING,
        OVER
    }

    private final Channel channel;
    private final DispatcherSelector dispatcher;
    private final Router router;
    private final Door door;
    private final HttpMessage head;
    private boolean keepAlive;
    private boolean chunked;
    private State state = State.UNANSWERED;
    private Runnable onGone = () -> {};
    private Runnable onWritable = () -> {};

    Exchange(
            Channel channel,
            DispatcherSelector dispatcher,
            Router router,
            Door door,
            HttpMessage head,
            boolean keepAlive) {
        this.channel = channel;
        this.dispatcher = dispatcher;
        this.router = router;
        this.door = door;
        this.head = head;
        this.keepAlive = keepAlive && HttpUtil.isKeepAlive(head);
    }

    /** Where all of this connection runs. */
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    /** Of actors that are to run there too. */
    public DispatcherSelector dispatcher() {
        return dispatcher;
    }

    public Channel channel() {
        return channel;
    }

    /** Told once when the client goes away before the answer is whole. */
    public void onGone(Runnable told) {
        onGone = told;
    }

    /** Told each time the client has read enough for {@link #isWritable} to be true again. */
    public void onWritable(Runnable told) {
        onWritable = told;
    }

    /** Whether the client reads about as fast as it is written to; false asks for a pause. */
    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Answers in one piece. From any thread. */
    public void answer(FullHttpResponse response) {
        if (!channel.eventLoop().inEventLoop()) {
            channel.eventLoop().execute(() -> answer(response));
            return;
        }
        if (state != State.UNANSWERED) {
            response.release();
            return;
        }
        state = State.OVER;
        complete(response.headers());
        router.answered(channel.writeAndFlush(response), keepAlive);
    }

    /** Answers with a body of unknown length, which {@link #write} and {@link #end} follow. */
    public void begin(HttpResponse response) {
        if (state != State.UNANSWERED) {
            return;
        }
        state = State.ANSWERING;
        chunked = head.protocolVersion()
                .isKeepAliveDefault(); // HTTP/1.0 knows no chunks: there the end is the end of the connection
        if (chunked) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        keepAlive &= chunked;
        complete(response.headers());
        channel.write(response, channel.voidPromise());
    }

    /** The next piece of the body; not sent before {@link #flush}. Takes the buffer over. */
    public void write(ByteBuf piece) {
        if (state != State.ANSWERING || !piece.isReadable()) {
            piece.release();
            return;
        }
        channel.write(new DefaultHttpContent(piece), channel.voidPromise());
    }

    public void flush() {
        channel.flush();
    }

    /** The body is whole. */
    public void end() {
        if (state == State.ANSWERING) {
            state = State.OVER;
            router.answered(channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT), keepAlive);
        }
    }

    /** The answer cannot be made whole, and whoever reads it must see that: the connection ends in the middle of it. */
    public void breakOff() {
        if (state != State.OVER) {
            state = State.OVER;
            channel.close();
        }
    }

    public boolean isOver() {
        return state == State.OVER;
    }

    /**
     * What follows on this connection is no HTTP, and {@code successor} reads it.
     *
     * @return to be answered with the switch
     */
    public Channel handOver(String name, ChannelHandler successor) {
        state = State.OVER;
        channel.pipeline().replace(router, name, successor);
        return channel;
    }

    private void complete(HttpHeaders answer) {
        door.mark(head.headers(), answer);
        keepAlive &= !answer.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        HttpUtil.setKeepAlive(answer, head.protocolVersion(), keepAlive);
    }

    void writable() {
        onWritable.run();
    }

    /** No other request is to be served on this connection. */
    void beLast() {
        keepAlive = false;
    }

    void gone() {
        if (state != State.OVER) {
            state = State.OVER;
            onGone.run();
        }
    }
}
