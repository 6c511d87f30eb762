package dev.weir.engine.ensemble;

import dev.weir.engine.expert.ExpertRun;
import dev.weir.models.BatchedExpert;
import dev.weir.models.StateArena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expert with its sessions open and warm; whoever has it closes it.
 *
 * @param states shared by the sessions; null for an expert without a state
 * @param runs one for each placement, in that order
 */
public record OpenExpert(BatchedExpert expert, @Nullable StateArena states, List<ExpertRun> runs)
        implements AutoCloseable {

    public OpenExpert {
        runs = List.copyOf(runs);
    }

    @Override
    public void close() {
        runs.forEach(ExpertRun::close);
        if (states != null) {
            states.close();
        }
    }
}
