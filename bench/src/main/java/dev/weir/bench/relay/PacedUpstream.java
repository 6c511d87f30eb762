package dev.weir.bench.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A server of OpenAI's shape that says a text at a fixed rate, word by word, or whole and at once where it is asked for
 * that: the one whose number the request's {@code seed} is. Each event carries when it was due, as {@code sent}, in this
 * process's {@link System#nanoTime()}.
 */
public final class PacedUpstream implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> texts;
    private final int tokens;
    private final long intervalNanos;

    /**
     * @param tokens of a reply, or fewer when its text is shorter
     * @param rate tokens a second
     */
    public PacedUpstream(List<String> texts, int tokens, double rate) throws IOException {
        this.texts = List.copyOf(texts);
        this.tokens = tokens;
        this.intervalNanos = (long) (1e9 / rate);
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else an answer's first token waits 40 ms for an ACK
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", this::serve);
        server.start();
    }

    /** Base of its paths. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            String[] all =
                    texts.get(request.path("seed").asInt() % texts.size()).split("(?= )", -1);
            String[] words = Arrays.copyOf(all, Math.min(tokens, all.length));
            if (!request.path("stream").asBoolean()) {
                sayWhole(exchange, String.join("", words));
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            long due = System.nanoTime();
            for (String word : words) {
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                write(
                        out,
                        "{\"sent\":" + due + ","
                                + choice("{\"content\":" + JSON.writeValueAsString(word) + "}", "null"));
                due += intervalNanos;
            }
            write(out, "{" + choice("{}", "\"stop\""));
            write(out, "[DONE]");
        }
    }

    private static void sayWhole(HttpExchange exchange, String text) throws IOException {
        byte[] reply =
                ("{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"paced\",\"choices\":[{\"index\":0,"
                                + "\"message\":{\"role\":\"assistant\",\"content\":" + JSON.writeValueAsString(text)
                                + "},\"finish_reason\":\"stop\"}]}")
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, reply.length);
        exchange.getResponseBody().write(reply);
    }

    private static String choice(String delta, String finish) {
        return "\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"paced\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}";
    }

    private static void write(OutputStream out, String event) throws IOException {
        out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
