package dev.weir.engine;

import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.Review;
import dev.weir.engine.ledger.ReviewOutcome;
import dev.weir.engine.ledger.Tenant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Ledgers of running engines, for tests. */
final class Ledgers {

    private Ledgers() {}

    /** A reader that sees all that was given to the ledger so far: a review is answered when all before it is written. */
    static LedgerReader settle(Ledger ledger) {
        CompletableFuture<ReviewOutcome> written = new CompletableFuture<>();
        ledger.review(
                new Review("settle", Tenant.DEFAULT, "none", "right_pass", List.of(), "test", 0), written::complete);
        written.orTimeout(20, TimeUnit.SECONDS).join();
        return ledger.reader();
    }
}
