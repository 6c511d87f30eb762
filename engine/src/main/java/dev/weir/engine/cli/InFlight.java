package dev.weir.engine.cli;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Runs one task for each row, enough at once to fill batches, and keeps their results in order. */
final class InFlight {

    private static final int MOST = 64;

    private InFlight() {}

    /**
     * @param start begins a row's task
     * @param name shown by the progress bar, and where an error comes from
     * @param before rows that {@code progress} counts already
     * @throws IOException the first task's that failed
     */
    static <R, T> List<T> run(
            List<R> rows, Function<R, CompletableFuture<T>> start, String name, ProgressBar progress, int before)
            throws IOException {
        List<T> results = new ArrayList<>(rows.size());
        ArrayDeque<CompletableFuture<T>> running = new ArrayDeque<>();
        for (R row : rows) {
            if (running.size() == MOST) {
                results.add(join(name, running.remove()));
                progress.at(before + results.size(), name);
            }
            running.add(start.apply(row));
        }
        while (!running.isEmpty()) {
            results.add(join(name, running.remove()));
            progress.at(before + results.size(), name);
        }
        return results;
    }

    private static <T> T join(String name, CompletableFuture<T> running) throws IOException {
        try {
            return running.join();
        } catch (CompletionException e) {
            throw new IOException(name + ": " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }
}
