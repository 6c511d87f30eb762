package dev.weir.engine.doctor;

import dev.weir.engine.http.Door;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.ProtoCodec;
import dev.weir.protocol.ProtocolException;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One connection, marked as one of canaries. Says exactly what it is told to, which a client that looks after its streams
 * would not. Of one thread.
 */
final class Socket implements AutoCloseable {

    /** @param message null when the connection is over, which {@code end} says how */
    private record Heard(@Nullable ServerMessage message, String end) {}

    private final Subprotocol subprotocol;
    private final Duration timeout;
    private final WebSocket socket;
    private final BlockingQueue<Heard> heard;

    private Socket(Subprotocol subprotocol, Duration timeout, WebSocket socket, BlockingQueue<Heard> heard) {
        this.subprotocol = subprotocol;
        this.timeout = timeout;
        this.socket = socket;
        this.heard = heard;
    }

    static Socket connect(HttpClient http, Target target, Subprotocol subprotocol, Duration timeout)
            throws IOException, InterruptedException, TimeoutException {
        WebSocket.Builder builder = http.newWebSocketBuilder()
                .connectTimeout(timeout)
                .subprotocols(subprotocol.wireName())
                .header(Door.CANARY, "socket");
        if (target.key() != null) {
            builder.header("Authorization", "Bearer " + target.key());
        }
        Ear ear = new Ear();
        WebSocket socket = await(builder.buildAsync(target.socket(Route.SOCKET_JSON.path()), ear), timeout);
        return new Socket(subprotocol, timeout, socket, ear.heard);
    }

    void say(ClientMessage message) throws IOException, InterruptedException, TimeoutException {
        try {
            await(
                    switch (subprotocol) {
                        case JSON -> socket.sendText(JsonCodec.encode(message), true);
                        case PROTO -> socket.sendBinary(ByteBuffer.wrap(ProtoCodec.encode(message)), true);
                    },
                    timeout);
        } catch (IOException unsent) {
            // Closed by the server: what it closed with says more than that there is nobody to say it to.
            Optional<Heard> end =
                    heard.stream().filter(one -> one.message() == null).findFirst();
            throw end.isPresent() ? new IOException(end.get().end(), unsent) : unsent;
        }
    }

    /** The next message. */
    ServerMessage next() throws IOException, InterruptedException, TimeoutException {
        Heard next = heard.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
            throw new TimeoutException("no answer within " + timeout.toMillis() + " ms");
        }
        if (next.message() == null) {
            heard.add(next); // it stays over
            throw new IOException(next.end());
        }
        return next.message();
    }

    private static <T> T await(CompletableFuture<T> future, Duration timeout)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw new IOException(
                        "the handshake was answered with HTTP "
                                + refused.getResponse().statusCode(),
                        e);
            }
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    /** Without a goodbye: a connection may be lost at any time. */
    @Override
    public void close() {
        socket.abort();
    }

    private static final class Ear implements WebSocket.Listener {

        private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String json = text.toString();
                text.setLength(0);
                take(() -> JsonCodec.decodeServer(json));
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            bytes.writeBytes(part);
            if (last) {
                byte[] message = bytes.toByteArray();
                bytes.reset();
                take(() -> ProtoCodec.decodeServer(message));
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            heard.add(new Heard(null, "the connection was closed with " + status));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            heard.add(new Heard(null, "the connection was lost"));
        }

        private interface Reading {
            ServerMessage message() throws ProtocolException;
        }

        private void take(Reading reading) {
            try {
                heard.add(new Heard(reading.message(), ""));
            } catch (ProtocolException e) {
                heard.add(new Heard(null, "an answer that cannot be read"));
            }
        }
    }
}
