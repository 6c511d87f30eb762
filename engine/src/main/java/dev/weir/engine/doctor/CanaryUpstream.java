package dev.weir.engine.doctor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.engine.http.Door;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What stands in for the real upstream when a canary is asked for: a server on a port of loopback that speaks like it and
 * says the canary that the mark names. Whoever else finds the port gets nothing but canaries.
 */
public final class CanaryUpstream implements AutoCloseable {

    private static final String BASE = "/v1";
    /** Bytes that leave at once where a reply is cut inside its characters. */
    private static final int CUT = 7;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private CanaryUpstream(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext(BASE, CanaryUpstream::serve);
        server.start();
    }

    public static CanaryUpstream start() {
        try {
            return new CanaryUpstream(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException("no port of this machine could be had for canaries", e);
        }
    }

    /** Base of its paths. */
    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + BASE);
    }

    private static void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean stream = WebAnswer.JSON
                    .readTree(exchange.getRequestBody())
                    .path("stream")
                    .asBoolean(false);
            boolean isChat = exchange.getRequestURI().getPath().endsWith("/chat/completions");
            Optional<CanaryReply> reply = Optional.ofNullable(
                            exchange.getRequestHeaders().getFirst(Door.CANARY))
                    .flatMap(CanaryReply::of);
            if (reply.isEmpty()) {
                exchange.sendResponseHeaders(404, -1);
            } else if (stream) {
                sendEvents(exchange, reply.get(), isChat);
            } else {
                byte[] whole = reply.get().whole(isChat).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, whole.length);
                exchange.getResponseBody().write(whole);
            }
        }
    }

    private static void sendEvents(HttpExchange exchange, CanaryReply reply, boolean isChat) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        for (String event : reply.events(isChat)) {
            send(out, "data: " + event + "\n\n", reply.part());
        }
        send(out, "data: [DONE]\n\n", reply.part());
    }

    private static void send(OutputStream out, String event, Part part) throws IOException {
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        int length = part == Part.DISGUISED ? CUT : bytes.length;
        for (int from = 0; from < bytes.length; from += length) {
            out.write(bytes, from, Math.min(length, bytes.length - from));
            out.flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
