package dev.weir.engine.expert;

import dev.weir.models.ExpertFailedException;
import dev.weir.models.StreamingSession;
import dev.weir.models.TokenRow;
import dev.weir.models.WindowRow;
import dev.weir.models.WindowedSession;
import java.util.ArrayList;
import java.util.List;

/** A native session of either kind, as its owner uses it. One thread at a time. */
public sealed interface ExpertRun extends AutoCloseable {

    /** Fills the votes of every row; rows that cannot be scored are marked failed. */
    void score(List<ExpertSession.Row> rows) throws ExpertFailedException;

    @Override
    void close();

    record Streaming(StreamingSession session) implements ExpertRun {
        @Override
        public void score(List<ExpertSession.Row> rows) throws ExpertFailedException {
            List<TokenRow> tokenRows = new ArrayList<>(rows.size());
            for (ExpertSession.Row row : rows) {
                tokenRows.add(((ExpertSession.TokensRow) row).row());
            }
            session.score(tokenRows);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    record Windowed(WindowedSession session) implements ExpertRun {
        @Override
        public void score(List<ExpertSession.Row> rows) throws ExpertFailedException {
            List<WindowRow> windowRows = new ArrayList<>(rows.size());
            for (ExpertSession.Row row : rows) {
                windowRows.add(((ExpertSession.WindowedRow) row).row());
            }
            session.score(windowRows);
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
