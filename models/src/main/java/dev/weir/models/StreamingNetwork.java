package dev.weir.models;

import java.util.List;

/**
 * A streaming model with the states of its streams: what a {@link StreamingSession} has its rows read by. A row is
 * admitted, read and, if its stream is to move on, kept; until then its state is what it was. Not thread-safe but for
 * {@link #states()}.
 */
sealed interface StreamingNetwork extends AutoCloseable permits OnnxNetwork, GatedConvolution {
    StateArena states();

    /** Takes the state of a row's stream into the next run, as that of its row {@code r}; false if its slot is stale. */
    boolean admit(TokenRow row, int r);

    /** Reads these rows, each admitted as the one it is. */
    void run(List<TokenRow> rows) throws ExpertFailedException;

    /** Of row {@code r} of the last run; {@code index} counts token by token, category by category. */
    float logit(int r, int index);

    /** Moves the state of the row's stream past the row; false, and nothing moved, if its slot went stale since. */
    boolean keep(TokenRow row, int r);

    @Override
    void close();
}
