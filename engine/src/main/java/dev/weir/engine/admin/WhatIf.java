package dev.weir.engine.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.trace.Replay;
import dev.weir.engine.trace.ReplaySummary;
import dev.weir.engine.trace.ReplayedStream;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides the newest streams of the ledger again under another policy, one such question at a time, on a thread of its own
 * that gives way to everything else. What came out so far can be asked for meanwhile, and it can be cancelled. Thread-safe.
 */
final class WhatIf implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WhatIf.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int BETWEEN_REPORTS = 20;

    /**
     * A question.
     *
     * @param of name of the policy whose streams are decided again
     * @param policy name of the one that is tried
     * @param under how its thresholds are set, as {@link dev.weir.engine.calibration.StopThresholds#alternatives} names it
     * @param streams the newest so many of the ledger are looked at
     */
    record Question(String of, String policy, String under, int streams) {}

    enum State {
        NONE,
        RUNNING,
        DONE,
        CANCELLED,
        FAILED
    }

    /**
     * How far it is.
     *
     * @param done streams looked at
     * @param summary of those that are of the policy
     */
    record Progress(
            State state,
            @Nullable Question question,
            int done,
            @Nullable JsonNode summary) {}

    private final Ledger ledger;
    private final Executor thread;
    private volatile Progress progress = new Progress(State.NONE, null, 0, null);
    private volatile boolean cancelled;

    WhatIf(Ledger ledger) {
        this.ledger = ledger;
        this.thread = task -> new DefaultThreadFactory("weir-admin-replay", true, Thread.MIN_PRIORITY)
                .newThread(task)
                .start();
    }

    Progress progress() {
        return progress;
    }

    /** False while another question is being answered. */
    synchronized boolean begin(Question question, Policy tried) {
        if (progress.state() == State.RUNNING) {
            return false;
        }
        cancelled = false;
        progress = new Progress(State.RUNNING, question, 0, null);
        thread.execute(() -> run(question, tried));
        return true;
    }

    /** Soon; what came out by then stays. */
    void cancel() {
        cancelled = true;
    }

    private void run(Question question, Policy tried) {
        Work work = new Work(question);
        State how = State.FAILED;
        try (LedgerReader reader = ledger.reader()) {
            Replay replay = new Replay(reader, tried, null);
            reader.streams(
                    reader.beforeNewest(question.streams()), (sequence, stream) -> work.take(sequence, stream, replay));
            how = State.DONE;
        } catch (CancellationException e) {
            how = State.CANCELLED;
        } catch (RuntimeException e) {
            log.error("a replay failed", e);
        }
        work.report(how);
    }

    private final class Work {
        private final Question question;
        private final ReplaySummary summary = new ReplaySummary();
        private int done;

        Work(Question question) {
            this.question = question;
        }

        void take(long sequence, StreamRecord stream, Replay replay) {
            if (cancelled) {
                throw new CancellationException();
            }
            if (stream.policy().startsWith(question.of() + "@")) {
                ReplayedStream replayed = replay.of(sequence, stream);
                summary.add(replayed);
            }
            if (++done % BETWEEN_REPORTS == 0) {
                report(State.RUNNING);
            }
        }

        void report(State state) {
            progress = new Progress(state, question, done, JSON.valueToTree(summary));
        }
    }

    @Override
    public void close() {
        cancel();
    }
}
