package dev.weir.engine.ensemble;

import dev.weir.engine.batching.BatchingProfiles;
import dev.weir.engine.batching.BatchingSettings;
import dev.weir.engine.expert.ExpertRun;
import dev.weir.models.BatchedExpert;
import dev.weir.models.Device;
import dev.weir.models.ExpertFailedException;
import dev.weir.models.ExpertLoadException;
import dev.weir.models.Placement;
import dev.weir.models.RunShapes;
import dev.weir.models.StateArena;
import dev.weir.models.StreamingExpert;
import dev.weir.models.StreamingSession;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WindowedSession;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens native sessions and warms them, so that the first stream pays for neither.
 *
 * @param placements where each expert has a session; at least one
 * @param cpuStandsIn whether an expert whose sessions on GPUs all broke has one on the CPU until one of them is back
 * @param slots streams that a streaming expert can hold the state of
 */
public record ExpertRuns(List<Placement> placements, boolean cpuStandsIn, BatchingProfiles batching, int slots) {

    public ExpertRuns {
        placements = List.copyOf(placements);
    }

    /** Whether experts run on a GPU, unless those break. */
    public boolean isOnGpu() {
        return placements.getFirst().device() == Device.CUDA;
    }

    /** Opens all sessions of one expert; the caller closes it. */
    public OpenExpert open(BatchedExpert expert) throws ExpertLoadException {
        List<ExpertRun> runs = new ArrayList<>();
        StateArena states = null;
        try {
            for (Placement placement : placements) {
                ExpertRun run = open(expert, placement, states);
                runs.add(run);
                states = states == null ? shared(run) : states;
            }
        } catch (ExpertLoadException e) {
            new OpenExpert(expert, states, runs).close();
            throw e;
        }
        return new OpenExpert(expert, states, runs);
    }

    /** The states a run works on, held until they are closed once more; null where there are none. */
    static @Nullable StateArena shared(ExpertRun run) {
        return run instanceof ExpertRun.Streaming streaming
                ? streaming.session().states().share()
                : null;
    }

    /**
     * Opens one session of an expert; the caller closes the run.
     *
     * @param states of its other sessions; null for new ones, or none
     */
    ExpertRun open(BatchedExpert expert, Placement placement, @Nullable StateArena states) throws ExpertLoadException {
        RunShapes shapes = batching.of(placement).shapes();
        try {
            return switch (expert) {
                case StreamingExpert streaming -> {
                    // what stands in for a GPU goes on with its states, and a kernel keeps them in another form
                    StreamingExpert run = isOnGpu() ? streaming.withoutKernel() : streaming;
                    yield warm(
                            states == null
                                    ? StreamingSession.open(run, placement, shapes, slots)
                                    : StreamingSession.open(run, placement, shapes, states));
                }
                case WindowedExpert windowed -> warm(WindowedSession.open(windowed, placement, shapes));
            };
        } catch (ExpertFailedException e) {
            throw new ExpertLoadException(List.of("expert " + expert.name() + ": its first run on " + placement.label()
                    + " failed: " + e.getMessage()));
        }
    }

    /** Bounds of one run of an expert. */
    BatchingSettings bounds(BatchedExpert expert, Placement placement) {
        return batching.of(placement).atMost(expert.maxBatch());
    }

    private static ExpertRun warm(StreamingSession session) throws ExpertFailedException {
        try {
            session.warm();
            return new ExpertRun.Streaming(session);
        } catch (ExpertFailedException e) {
            session.close();
            throw e;
        }
    }

    private static ExpertRun warm(WindowedSession session) throws ExpertFailedException {
        try {
            session.warm();
            return new ExpertRun.Windowed(session);
        } catch (ExpertFailedException e) {
            session.close();
            throw e;
        }
    }
}
