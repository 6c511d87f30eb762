package dev.weir.engine.ledger;

import dev.weir.protocol.ClientMessage;

/** Where decisions are kept. Nothing that decides waits for it. Safe from any thread. */
public interface Ledger extends AutoCloseable {

    void record(Receipt receipt);

    /**
     * Keeps a review.
     *
     * @param done told once, from any thread: true when it is durable, false when the receipt is not known
     * @throws java.util.concurrent.RejectedExecutionException when too much waits to be written; {@code done} is not told then
     */
    void review(ClientMessage.Feedback feedback, java.util.function.Consumer<Boolean> done);

    /** Writes what is still waiting. */
    @Override
    void close();
}
