package dev.weir.engine.doctor;

import dev.weir.engine.telemetry.Metric;
import dev.weir.engine.telemetry.Telemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a server examine itself, again and again, and tells the metrics and the log what was found. Examinations are on one
 * thread of their own, one after the other.
 */
public final class Rounds implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Rounds.class);

    private final Callable<Diagnosis> examination;
    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("weir-doctor").daemon().factory());
    private volatile double unprotected = Double.NaN;

    /** @param examination blocks; fails with an exception whose message says why */
    public Rounds(Callable<Diagnosis> examination, Telemetry telemetry) {
        this.examination = examination;
        telemetry.gauge(Metric.UNPROTECTED_ROUTES, () -> unprotected);
    }

    /**
     * Examines now, on the caller's thread.
     *
     * @return what is wrong, a line each; empty when all is well
     */
    public List<String> examine() throws InterruptedException {
        try {
            Diagnosis diagnosis = examination.call();
            unprotected = diagnosis.unprotected();
            List<String> wrong = diagnosis.ill().stream().map(Finding::toString).toList();
            if (wrong.isEmpty()) {
                log.info("doctor: {}", diagnosis.summary());
            } else {
                log.warn("doctor: {}: {}", diagnosis.summary(), String.join("; ", wrong));
            }
            return wrong;
        } catch (InterruptedException e) {
            throw e;
        } catch (IOException e) {
            log.warn("doctor: the examination failed: {}", e.getMessage());
            return List.of("the examination failed: " + e.getMessage());
        } catch (Exception e) {
            log.error("doctor: the examination failed", e);
            return List.of("the examination failed");
        }
    }

    /**
     * Examines in the background from now on.
     *
     * @param atOnce whether the first is now
     * @param interval between two; zero for no others
     */
    public void begin(boolean atOnce, Duration interval) {
        if (atOnce) {
            thread.execute(this::round);
        }
        if (!interval.isZero()) {
            var unused = thread.scheduleWithFixedDelay(
                    this::round, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void round() {
        try {
            examine();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed meanwhile
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
