package dev.weir.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A peer's server: a command that prints {@code ready PORT}. */
final class PeerProcess implements Running {
    private static final Pattern READY = Pattern.compile("^ready (\\d+)$");
    private static final int SECONDS_TO_START = 180;
    private static final int SECONDS_TO_STOP = 10;

    private final Process process;
    private final int port;
    private final HttpClient client;
    private final Thread hook = new Thread(this::kill);

    private PeerProcess(Process process, int port, HttpClient client) {
        this.process = process;
        this.port = port;
        this.client = client;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts a command and waits until it is ready.
     *
     * @param log is given what it says on the error stream
     * @throws IOException if it ended before, or took too long
     */
    static PeerProcess start(
            List<String> command, Map<String, String> environment, Path folder, Path log, HttpClient client)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.to(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("output").start(() -> read(process, port));
        try {
            return new PeerProcess(process, port.get(SECONDS_TO_START, TimeUnit.SECONDS), client);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException(
                    command.getFirst() + " did not start (expected: a line \"ready PORT\"); see " + log, e);
        }
    }

    private static void read(Process process, CompletableFuture<Integer> port) {
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.matches()) {
                    port.complete(Integer.valueOf(ready.group(1)));
                }
            }
        } catch (IOException e) {
            port.completeExceptionally(e);
        }
        port.completeExceptionally(new IOException("ended"));
    }

    int port() {
        return port;
    }

    @Override
    public Link connect() {
        return PeerLink.connect(client, port);
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public OptionalDouble windows() {
        return OptionalDouble.empty();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void kill() {
        process.destroyForcibly();
    }
}
