package dev.weir.engine.ledger;

import dev.weir.protocol.ClientMessage;

/** Where decisions are kept. Nothing that decides waits for it. Safe from any thread. */
public interface Ledger {

    void record(Receipt receipt);

    /**
     * Keeps a review.
     *
     * @param done told once, from any thread: true when it is durable, false when the receipt is not known
     */
    void review(ClientMessage.Feedback feedback, java.util.function.Consumer<Boolean> done);
}
