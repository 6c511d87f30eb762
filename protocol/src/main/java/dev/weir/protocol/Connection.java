package dev.weir.protocol;

import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One socket. Frames are written one after the other, as {@link WebSocket} demands; what arrives is handed to the
 * owner on the client's thread, and the socket is asked for more only after the owner has dealt with it.
 */
final class Connection implements WebSocket.Listener {

    /** Called on the client's thread; {@code onLost} once, and nothing after it. */
    interface Owner {
        void onConnected(Connection connection);

        void onFrame(String json);

        void onLost(Connection connection, int status);
    }

    /** Close status when the socket broke without a close frame (RFC 6455 keeps it off the wire). */
    static final int ABNORMAL = 1006;

    private static final int FRAMES_IN_FLIGHT = 16;
    private static final int MAX_FRAME_CHARS = 1 << 20;

    private record Frame(String json, Runnable written) {}

    private final Executor loop;
    private final Owner owner;
    private final ArrayDeque<Frame> outbound = new ArrayDeque<>(); // from here on: the client's thread only
    private @Nullable WebSocket socket;
    private boolean writing;
    private boolean lost;
    private final StringBuilder partial = new StringBuilder(); // the socket's callbacks only, which never overlap

    Connection(Executor loop, Owner owner) {
        this.loop = loop;
        this.owner = owner;
    }

    /** Queues a frame; {@code written} runs once the socket has taken it, and never if the connection is lost first. */
    void send(String json, Runnable written) {
        if (!lost) {
            outbound.add(new Frame(json, written));
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
        });
        opened.request(FRAMES_IN_FLIGHT);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (partial.length() > MAX_FRAME_CHARS) {
            onError(from, new IllegalStateException("frame too large"));
            from.abort();
            return null;
        }
        if (!last) {
            from.request(1);
            return null;
        }
        String json = partial.toString();
        partial.setLength(0);
        loop.execute(() -> {
            if (!lost) {
                owner.onFrame(json);
                from.request(1);
            }
        });
        return null;
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
        Frame next = outbound.poll();
        if (next == null) {
            return;
        }
        writing = true;
        var unused = open.sendText(next.json, true)
                .whenComplete((done, failure) -> loop.execute(() -> {
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
