package dev.weir.bench.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server under load: started for the run in a directory of its own, where its ledger lies, and stopped at its end;
 * or one that runs already, which is left alone.
 */
public final class ServerProcess implements AutoCloseable {

    private static final int START_SECONDS = 300;
    private static final int STOP_SECONDS = 45;
    private static final int LINES_KEPT = 20;

    private final URI url;
    private final URI admin;
    private final long pid;
    private final @Nullable Process process;
    private final @Nullable Path directory;

    private ServerProcess(URI url, URI admin, long pid, @Nullable Process process, @Nullable Path directory) {
        this.url = url;
        this.admin = admin;
        this.pid = pid;
        this.process = process;
        this.directory = directory;
    }

    /** One that runs already. */
    public static ServerProcess running(URI url, URI admin, long pid) {
        return new ServerProcess(url, admin, pid, null, null);
    }

    /**
     * Starts one on free ports of loopback and waits until it is ready.
     *
     * @param launcher the script that starts Weir's commands
     * @param config settings that differ from the defaults, or null
     * @throws IOException with what it said last, when it does not come up
     */
    public static ServerProcess start(Path launcher, @Nullable Path config) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("weir-bench");
        List<String> command = new ArrayList<>(
                List.of(launcher.toString(), "serve", "--port", "0", "--admin-port", "0", "--host", "127.0.0.1"));
        command.add("--json");
        if (config != null) {
            command.addAll(List.of("--config", config.toAbsolutePath().toString()));
        }
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        Deque<String> said = new ArrayDeque<>();
        CompletableFuture<JsonNode> ready = new CompletableFuture<>();
        Thread.ofVirtual().name("server-output").start(() -> listen(process, said, ready));
        try {
            JsonNode ports = ready.get(START_SECONDS, TimeUnit.SECONDS);
            return new ServerProcess(
                    URI.create(ports.get("streams").asText()),
                    URI.create(ports.get("admin").asText()),
                    process.pid(),
                    process,
                    directory);
        } catch (ExecutionException | TimeoutException e) {
            process.destroy();
            delete(directory);
            synchronized (said) {
                throw new IOException("the server did not start:\n" + String.join("\n", said), e);
            }
        }
    }

    private static void listen(Process process, Deque<String> said, CompletableFuture<JsonNode> ready) {
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (said) {
                    said.add(line);
                    if (said.size() > LINES_KEPT) {
                        said.removeFirst();
                    }
                }
                if (line.startsWith("{\"") && line.contains("\"ready\"")) {
                    ready.complete(json.readTree(line));
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
        ready.completeExceptionally(new IOException("its output ended"));
    }

    /** Where clients connect. */
    public URI url() {
        return url;
    }

    public URI admin() {
        return admin;
    }

    public long pid() {
        return pid;
    }

    /** Lets a server that was started here finish as an operator would, and takes its directory away. */
    @Override
    public void close() {
        if (process != null && directory != null) {
            process.destroy();
            try {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
