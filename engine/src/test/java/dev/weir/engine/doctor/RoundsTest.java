package dev.weir.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private static final Diagnosis WELL = diagnosis(Status.PROTECTED);
    private static final Diagnosis ILL = diagnosis(Status.UNPROTECTED);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Telemetry telemetry = new Telemetry(registry);

    private final BlockingQueue<Callable<Diagnosis>> found = new LinkedBlockingQueue<>();
    private final BlockingQueue<Double> before = new LinkedBlockingQueue<>();

    private static Diagnosis diagnosis(Status status) {
        return new Diagnosis(List.of(new Finding("socket json", "content", "gate", status, "")));
    }

    private double unprotected() {
        return registry.get("weir.unprotected.routes").gauge().value();
    }

    /** Finds what it is given next, and notes what the metric said before that. */
    private void examine(Examinations examinations) throws Exception {
        try (Rounds rounds = new Rounds(
                () -> {
                    Callable<Diagnosis> next = found.take();
                    before.add(unprotected());
                    return next.call();
                },
                telemetry)) {
            rounds.begin(false, Duration.ofMillis(1));
            examinations.run();
        }
    }

    private interface Examinations {
        void run() throws Exception;
    }

    private double beforeFinding(Callable<Diagnosis> diagnosis) throws InterruptedException {
        found.add(diagnosis);
        return before.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void examinesAgainAndAgainAndTheMetricFollows() throws Exception {
        examine(() -> {
            assertThat(beforeFinding(() -> ILL)).as("before the first").isNaN();
            assertThat(beforeFinding(() -> WELL)).isOne();
            assertThat(beforeFinding(() -> WELL)).isZero();
        });
    }

    @Test
    void goesOnAfterAnExaminationThatFailed() throws Exception {
        examine(() -> {
            beforeFinding(() -> ILL);
            beforeFinding(() -> {
                throw new IOException("the upstream is away");
            });
            beforeFinding(() -> {
                throw new IllegalStateException("on purpose");
            });
            assertThat(beforeFinding(() -> WELL)).as("what was known last").isOne();
            assertThat(beforeFinding(() -> WELL)).isZero();
        });
    }

    @Test
    void withoutAnIntervalExaminesOnce() throws Exception {
        Semaphore examinations = new Semaphore(0);
        try (Rounds rounds = new Rounds(
                () -> {
                    examinations.release();
                    return ILL;
                },
                telemetry)) {
            rounds.begin(true, Duration.ZERO);
            assertThat(examinations.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(examinations.availablePermits()).isZero();
    }
}
