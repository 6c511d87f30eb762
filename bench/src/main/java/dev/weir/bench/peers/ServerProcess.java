package dev.weir.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server that this process started, and ends. */
final class ServerProcess implements AutoCloseable {
    private static final int SECONDS_TO_START = 180;
    private static final int SECONDS_TO_STOP = 10;

    private final Process process;
    private final MatchResult ready;
    private final Thread hook = new Thread(this::kill);

    private ServerProcess(Process process, MatchResult ready) {
        this.process = process;
        this.ready = ready;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts a command and waits until {@code ready} is found in what it has printed.
     *
     * @param log is given what it says on the error stream
     * @throws IOException if it ended before, or took too long
     */
    static ServerProcess start(
            List<String> command, Map<String, String> environment, Path folder, Pattern ready, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.to(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        CompletableFuture<MatchResult> said = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("output").start(() -> read(process, ready, said));
        try {
            return new ServerProcess(process, said.get(SECONDS_TO_START, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException(
                    command.getFirst() + " did not start (expected: output with " + ready + "); see " + log, e);
        }
    }

    private static void read(Process process, Pattern ready, CompletableFuture<MatchResult> said) {
        try (BufferedReader out = process.inputReader()) {
            StringBuilder output = new StringBuilder();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (!said.isDone()) {
                    output.append(line).append('\n');
                    Matcher matcher = ready.matcher(output);
                    if (matcher.find()) {
                        said.complete(matcher.toMatchResult());
                    }
                }
            }
        } catch (IOException e) {
            said.completeExceptionally(e);
        }
        said.completeExceptionally(new IOException("ended"));
    }

    /** A group of {@code ready}. */
    int port(int group) {
        return Integer.parseInt(ready.group(group));
    }

    /** Of all its threads since it started; the kernel counts in steps of 10. */
    long processorMillis() {
        try {
            return processorMillis(Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of its threads that are alive and have this name, as far as the kernel keeps it. */
    long processorMillisOf(String threads) throws IOException {
        long millis = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).strip().equals(threads)) {
                    millis += processorMillis(Files.readString(task.resolve("stat")));
                }
            }
        }
        return millis;
    }

    /** @param stat a line of proc_pid_stat(5); the name in it may hold spaces and parentheses */
    static long processorMillis(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return ticks * 10;
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
