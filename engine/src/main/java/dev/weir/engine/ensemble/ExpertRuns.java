package dev.weir.engine.ensemble;

import dev.weir.engine.expert.ExpertRun;
import dev.weir.models.BatchedExpert;
import dev.weir.models.Device;
import dev.weir.models.ExpertFailedException;
import dev.weir.models.ExpertLoadException;
import dev.weir.models.Role;
import dev.weir.models.StateArena;
import dev.weir.models.StreamingExpert;
import dev.weir.models.StreamingSession;
import dev.weir.models.TokenRow;
import dev.weir.models.WindowRow;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WindowedSession;
import java.util.List;

/**
 * Opens native sessions and warms them, so that the first stream pays for neither.
 *
 * @param device CPU or CUDA, settled
 * @param slots streams that a streaming expert can hold the state of
 */
public record ExpertRuns(Device device, int slots) {

    /** Opens one learned expert; the caller closes the run. */
    public ExpertRun open(BatchedExpert expert) throws ExpertLoadException {
        try {
            return switch (expert) {
                case StreamingExpert streaming -> warm(StreamingSession.open(streaming, device, slots), streaming);
                case WindowedExpert windowed -> warm(WindowedSession.open(windowed, device), windowed);
            };
        } catch (ExpertFailedException e) {
            throw new ExpertLoadException(
                    List.of("expert " + expert.name() + ": its first run failed: " + e.getMessage()));
        }
    }

    private static ExpertRun warm(StreamingSession session, StreamingExpert expert) throws ExpertFailedException {
        try {
            for (int tokens : new int[] {1, 4, expert.maxTokens()}) {
                StateArena.Slot slot = session.states().acquire().orElseThrow();
                int[] ids = new int[tokens];
                ids[0] = expert.startToken(Role.REPLY);
                session.score(List.of(new TokenRow(slot, ids, tokens, true)));
                session.states().release(slot);
            }
            return new ExpertRun.Streaming(session);
        } catch (ExpertFailedException e) {
            session.close();
            throw e;
        }
    }

    private static ExpertRun warm(WindowedSession session, WindowedExpert expert) throws ExpertFailedException {
        try {
            session.score(List.of(new WindowRow(new int[] {expert.clsToken(), expert.sepToken()}, 2)));
            return new ExpertRun.Windowed(session);
        } catch (ExpertFailedException e) {
            session.close();
            throw e;
        }
    }
}
