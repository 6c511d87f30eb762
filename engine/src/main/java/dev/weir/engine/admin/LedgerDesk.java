package dev.weir.engine.admin;

import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.LedgerReader;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.UncheckedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers questions about the ledger, one at a time on a thread of its own; a few may wait. Thread-safe. */
final class LedgerDesk implements AutoCloseable {

    private static final int MOST_WAITING = 32;

    private final Ledger ledger;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MOST_WAITING),
            new DefaultThreadFactory("weir-admin-ledger", true));
    private @Nullable LedgerReader reader; // of the thread

    LedgerDesk(Ledger ledger) {
        this.ledger = ledger;
        thread.allowCoreThreadTimeOut(true);
    }

    /** @return completed with a {@link Refusal} when too many questions wait */
    <T> CompletionStage<T> ask(Function<LedgerReader, T> question) {
        try {
            return CompletableFuture.supplyAsync(() -> answer(question), thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new Refusal(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    MOST_WAITING + " questions about the ledger wait already (expected: fewer, a little later)"));
        }
    }

    private <T> T answer(Function<LedgerReader, T> question) {
        LedgerReader open = reader == null ? ledger.reader() : reader;
        reader = open;
        try {
            return question.apply(open);
        } catch (UncheckedIOException e) {
            reader = null;
            open.close();
            throw e;
        }
    }

    @Override
    public void close() {
        thread.execute(() -> {
            LedgerReader open = reader;
            reader = null;
            if (open != null) {
                open.close();
            }
        });
        thread.shutdown();
    }
}
