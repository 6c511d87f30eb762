package dev.weir.engine.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/**
 * An OpenAI-shaped server that says what a test tells it to, byte by byte if need be. Each request is answered by the next
 * script; a script that waits for something of the test's makes the timing the test's.
 */
public final class FakeUpstream implements AutoCloseable {

    /** Answers one request. */
    @FunctionalInterface
    public interface Script {
        void play(Call call) throws Exception;
    }

    /** One request, and the way to answer it. */
    public static final class Call {
        private final Map<String, String> headers;
        private final String requestLine;
        private final String body;
        private final Socket socket;
        private final OutputStream out;

        private Call(String requestLine, Map<String, String> headers, String body, Socket socket) throws IOException {
            this.requestLine = requestLine;
            this.headers = headers;
            this.body = body;
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        public String requestLine() {
            return requestLine;
        }

        /** By lower-case name. */
        public Map<String, String> headers() {
            return headers;
        }

        public String body() {
            return body;
        }

        public Call raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            return this;
        }

        public Call raw(String text) throws IOException {
            return raw(text.getBytes(StandardCharsets.UTF_8));
        }

        /** A whole answer. */
        public void answer(int status, String contentType, byte[] content, String... moreHeaders) throws IOException {
            raw("HTTP/1.1 " + status + " X\r\nContent-Type: " + contentType + "\r\nContent-Length: " + content.length
                    + "\r\n" + lines(moreHeaders) + "\r\n");
            raw(content);
        }

        public void json(int status, String content, String... moreHeaders) throws IOException {
            answer(status, "application/json", content.getBytes(StandardCharsets.UTF_8), moreHeaders);
        }

        /** The head of a stream of events, which {@link #chunk} and {@link #endChunks} follow. */
        public Call begin(String... moreHeaders) throws IOException {
            return raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
                    + lines(moreHeaders) + "\r\n");
        }

        public Call chunk(byte[] bytes) throws IOException {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunk.writeBytes(bytes);
            chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            return raw(chunk.toByteArray());
        }

        public Call chunk(String text) throws IOException {
            return chunk(text.getBytes(StandardCharsets.UTF_8));
        }

        /** One event. */
        public Call event(String data) throws IOException {
            return chunk("data: " + data + "\n\n");
        }

        /** A piece of the first choice's content. */
        public Call content(String text) throws IOException {
            return event(Chunks.content(0, text));
        }

        public void endChunks() throws IOException {
            raw("0\r\n\r\n");
        }

        public void done() throws IOException {
            event("[DONE]").endChunks();
        }

        public void hangUp() throws IOException {
            socket.close();
        }

        /** Says nothing more, and would still listen. */
        public void halfClose() throws IOException {
            socket.shutdownOutput();
            isHungUpOn();
        }

        /** Waits until whoever asked closes the connection. */
        public boolean isHungUpOn() throws IOException {
            try {
                return socket.getInputStream().read() < 0;
            } catch (SocketException e) {
                return true;
            }
        }

        /** Says this to its end or until whoever asked closes the connection, and waits until he does. */
        public boolean isHungUpOnDuring(List<String> events) throws IOException {
            try {
                for (String event : events) {
                    event(event);
                }
            } catch (SocketException e) {
                return true;
            }
            return isHungUpOn();
        }

        boolean isSameConnectionAs(Call other) {
            return socket == other.socket;
        }

        private static String lines(String... headers) {
            return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        }
    }

    private final String scheme;
    private final ServerSocket listening;
    private final BlockingQueue<Script> scripts = new LinkedBlockingQueue<>();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    public FakeUpstream() {
        this("http", ServerSocketFactory.getDefault());
    }

    /** @param sockets of TLS, where the scheme is https */
    public FakeUpstream(String scheme, ServerSocketFactory sockets) {
        this.scheme = scheme;
        try {
            listening = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    public String url() {
        return scheme + "://127.0.0.1:" + listening.getLocalPort() + "/v1";
    }

    /** The next request is answered so. */
    public FakeUpstream next(Script script) {
        scripts.add(script);
        return this;
    }

    /** The next request that came. */
    public Call call() throws InterruptedException {
        Call call = calls.poll(30, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("nothing was asked of the upstream; " + failures);
        }
        return call;
    }

    public boolean wasAsked() {
        return !calls.isEmpty();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                Thread.startVirtualThread(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
                Map<String, String> headers = new TreeMap<>();
                for (String header = readLine(in); !header.isEmpty(); header = readLine(in)) {
                    int colon = header.indexOf(':');
                    headers.put(
                            header.substring(0, colon).toLowerCase(Locale.ROOT),
                            header.substring(colon + 1).strip());
                }
                int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
                Call call = new Call(line, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8), socket);
                calls.add(call);
                scripts.take().play(call);
            }
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
