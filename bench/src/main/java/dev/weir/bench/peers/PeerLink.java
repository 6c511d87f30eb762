package dev.weir.bench.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * To a peer, in the frames all peers speak: in {@code {"s":1,"t":"text"}} and {@code {"s":1,"end":true}}, out
 * {@code {"s":1,"score":0.02,"through":57}}, the last one with {@code "end":true}.
 */
final class PeerLink implements Link, WebSocket.Listener {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, Answers> open = new ConcurrentHashMap<>();
    private final StringBuilder partial = new StringBuilder(); // the socket's callbacks only, which never overlap
    private CompletableFuture<WebSocket> lastSent;
    private int opened;

    private PeerLink(HttpClient client, int port) {
        lastSent = client.newWebSocketBuilder().buildAsync(URI.create("ws://127.0.0.1:" + port), this);
    }

    static PeerLink connect(HttpClient client, int port) {
        PeerLink link = new PeerLink(client, port);
        link.lastSent.join();
        return link;
    }

    @Override
    public synchronized Line open(Answers answers) {
        int name = opened++;
        open.put(name, answers);
        return new Line() {
            @Override
            public void send(String piece) {
                write(Map.of("s", name, "t", piece));
            }

            @Override
            public void end() {
                write(Map.of("s", name, "end", true));
            }
        };
    }

    /** The socket takes one frame at a time. */
    private synchronized void write(Map<String, Object> frame) {
        try {
            String json = JSON.writeValueAsString(frame);
            lastSent = lastSent.thenCompose(socket -> socket.sendText(json, true));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            onFrame(partial.toString());
            partial.setLength(0);
        }
        socket.request(1);
        return null;
    }

    private void onFrame(String json) {
        JsonNode frame;
        try {
            frame = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("peer's frame " + json + " (expected: JSON)", e);
        }
        Answers answers = open.get(frame.path("s").asInt());
        if (answers == null) {
            return;
        }
        answers.covered(frame.path("through").asInt());
        if (frame.path("end").asBoolean()) {
            open.remove(frame.path("s").asInt());
            answers.over(false);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        lose();
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
        lose();
    }

    private void lose() {
        open.values().forEach(answers -> answers.over(true));
        open.clear();
    }

    @Override
    public synchronized void close() {
        lastSent.thenAccept(WebSocket::abort);
    }
}
