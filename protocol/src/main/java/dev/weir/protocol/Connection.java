package dev.weir.protocol;

import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One socket. Frames are written one after the other, as {@link WebSocket} demands; what arrives is handed to the
 * owner on the client's thread, and the socket is asked for more only after the owner has dealt with it.
 *
 * <p>A silent server is pinged, and one that stays silent is left. Without that a connection could be gone unnoticed:
 * when the end of the stream comes right behind a frame that is still being read, {@link WebSocket} of Java 25 loses it
 * (its {@code TransportImpl.acknowledgeReception} throws where nobody hears), and only a write brings it to light.
 */
final class Connection implements WebSocket.Listener {

    /** Called on the client's thread; {@code onLost} once, and nothing after it. */
    interface Owner {
        void onConnected(Connection connection);

        void onMessage(ServerMessage message);

        void onUnreadable(ProtocolException fault);

        void onLost(Connection connection, int status);
    }

    /** Close status when the socket broke without a close frame (RFC 6455 keeps it off the wire). */
    static final int ABNORMAL = 1006;

    private static final int FRAMES_IN_FLIGHT = 16;
    private static final int MAX_FRAME_LENGTH = 1 << 20; // in characters or bytes

    private record Outgoing(ClientMessage message, Runnable written) {}

    private final ClientSettings settings;
    private final Executor loop;
    private final Owner owner;
    private volatile long heardNanos = System.nanoTime();
    private final ArrayDeque<Outgoing> outbound = new ArrayDeque<>(); // from here on: the client's thread only
    private @Nullable WebSocket socket;
    private boolean writing;
    private boolean lost;
    private final StringBuilder partialText = new StringBuilder(); // the socket's callbacks only, which never overlap
    private final ByteArrayOutputStream partialBytes = new ByteArrayOutputStream(0); // as above

    Connection(ClientSettings settings, Executor loop, Owner owner) {
        this.settings = settings;
        this.loop = loop;
        this.owner = owner;
    }

    /** Queues a message; {@code written} runs once the socket has taken it, and never if the connection is lost first. */
    void send(ClientMessage message, Runnable written) {
        if (!lost) {
            outbound.add(new Outgoing(message, written));
            writeNext();
        }
    }

    /** Says goodbye after what is queued; the answer is not waited for. */
    void close(CloseCode code) {
        WebSocket open = socket;
        lost = true;
        if (open != null) {
            var unused = open.sendClose(code.status(), code.reason()).whenComplete((done, failure) -> open.abort());
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        loop.execute(() -> {
            socket = opened;
            owner.onConnected(this);
            watch(opened);
        });
        opened.request(FRAMES_IN_FLIGHT);
    }

    /** Looks again and again, until the connection is over, whether the server is still there. */
    private void watch(WebSocket open) {
        long intervalNanos = settings.pingInterval().toNanos();
        Executor later = CompletableFuture.delayedExecutor(intervalNanos, TimeUnit.NANOSECONDS, loop);
        later.execute(() -> {
            long silentNanos = System.nanoTime() - heardNanos;
            if (lost) {
                return;
            }
            if (silentNanos > settings.silenceTimeout().toNanos()) {
                open.abort();
                lose(ABNORMAL);
                return;
            }
            if (silentNanos >= intervalNanos) {
                var unused = open.sendPing(ByteBuffer.allocate(0)).exceptionally(failure -> {
                    if (!(failure instanceof IllegalStateException)) { // the ping before it still waits to be written
                        loop.execute(() -> lose(ABNORMAL));
                    }
                    return open;
                });
            }
            watch(open);
        });
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        heardNanos = System.nanoTime();
        return WebSocket.Listener.super.onPing(from, message); // the socket answers by itself
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        heardNanos = System.nanoTime();
        return WebSocket.Listener.super.onPong(from, message);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partialText.append(data);
        if (isWhole(from, partialText.length(), last)) {
            String json = partialText.toString();
            partialText.setLength(0);
            take(from, () -> JsonCodec.decodeServer(json));
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        partialBytes.writeBytes(part);
        if (isWhole(from, partialBytes.size(), last)) {
            byte[] proto = partialBytes.toByteArray();
            partialBytes.reset();
            take(from, () -> ProtoCodec.decodeServer(proto));
        }
        return null;
    }

    private interface Decoding {
        ServerMessage message() throws ProtocolException;
    }

    /** Whether the message is whole; asks for its next part when it is not. */
    private boolean isWhole(WebSocket from, int length, boolean last) {
        heardNanos = System.nanoTime();
        if (length > MAX_FRAME_LENGTH) {
            onError(from, new IllegalStateException("frame too large"));
            from.abort();
            return false;
        }
        if (!last) {
            from.request(1);
        }
        return last;
    }

    private void take(WebSocket from, Decoding decoding) {
        loop.execute(() -> {
            if (lost) {
                return;
            }
            try {
                owner.onMessage(decoding.message());
            } catch (ProtocolException e) {
                owner.onUnreadable(e);
            }
            from.request(1);
        });
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        loop.execute(() -> lose(status));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        loop.execute(() -> lose(ABNORMAL));
    }

    private void lose(int status) {
        if (!lost) {
            lost = true;
            outbound.clear();
            owner.onLost(this, status);
        }
    }

    private void writeNext() {
        WebSocket open = socket;
        if (writing || lost || open == null) {
            return;
        }
        Outgoing next = outbound.poll();
        if (next == null) {
            return;
        }
        writing = true;
        CompletableFuture<WebSocket> sent = switch (settings.subprotocol()) {
            case JSON -> open.sendText(JsonCodec.encode(next.message), true);
            case PROTO -> open.sendBinary(ByteBuffer.wrap(ProtoCodec.encode(next.message)), true);
        };
        var unused = sent.whenComplete((done, failure) -> loop.execute(() -> {
            writing = false;
            if (failure != null) {
                lose(ABNORMAL);
            } else if (!lost) {
                next.written.run();
                writeNext();
            }
        }));
    }
}
