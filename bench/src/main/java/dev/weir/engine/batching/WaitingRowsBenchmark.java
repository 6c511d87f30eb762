package dev.weir.engine.batching;

import dev.weir.engine.access.Allotment;
import dev.weir.engine.expert.Asker;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.Urgency;
import dev.weir.models.StateArena;
import dev.weir.models.TokenRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Question: what does a row cost that waits for a run and goes with it? In the package of what it measures. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WaitingRowsBenchmark {
    private static final int ROWS = 256;

    private static final int CONNECTIONS = 4;
    private static final Allotment TENANT = Allotment.unlimited();
    private static final BatchingSettings BOUNDS = new BatchingSettings(64, 1024);

    private final WaitingRows waiting = new WaitingRows();
    private final List<ExpertSession.Row> rows = rows();

    /** Of one to eight tokens, every other held, from a few connections. */
    @SuppressWarnings("NullAway") // nobody is answered
    private static List<ExpertSession.Row> rows() {
        List<ExpertSession.Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            int count = 1 + i * 7 % 8;
            TokenRow row = new TokenRow(new StateArena.Slot(i, 1), new int[count], count, false);
            rows.add(new ExpertSession.TokensRow(
                    row,
                    0,
                    i % 2 == 0 ? Urgency.HELD : Urgency.SHOWN,
                    i,
                    new Asker(reply -> {}, TENANT, i % CONNECTIONS, Runnable::run)));
        }
        return rows;
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int addedAndTaken() {
        rows.forEach(waiting::add);
        int runs = 0;
        while (!waiting.takeBatch(BOUNDS).isEmpty()) {
            runs++;
        }
        return runs;
    }
}
