package dev.weir.engine.ledger;

import java.util.function.Consumer;

/** Where decisions are kept. Nothing that decides waits for it. Safe from any thread. */
public interface Ledger extends AutoCloseable {

    void record(Receipt receipt);

    /** A stream is over. */
    void ended(StreamRecord stream);

    /** A policy or weights are in force from now on; written once for each content. */
    void define(Definition definition);

    /** An operator did something, of which nothing else in the ledger says who it was. */
    void acted(OperatorAction action);

    /** @param done told once, from any thread: {@link ReviewOutcome#RECORDED} only when nothing can take it back */
    void review(Review review, Consumer<ReviewOutcome> done);

    /** To be closed by the caller. Sees what is durable. */
    LedgerReader reader();

    /** Writes what is still waiting. */
    @Override
    void close();
}
