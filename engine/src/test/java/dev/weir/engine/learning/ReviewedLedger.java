package dev.weir.engine.learning;

import com.typesafe.config.ConfigFactory;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.Review;
import dev.weir.engine.ledger.ReviewOutcome;
import dev.weir.engine.ledger.SqlLedger;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A ledger in a file, with streams and reviews as a test wants them. */
public final class ReviewedLedger implements AutoCloseable {

    private final LedgerSettings settings;
    private final SqlLedger ledger;
    private int reviews;

    public ReviewedLedger(Path file) {
        List<String> problems = new ArrayList<>();
        settings = LedgerSettings.from(
                ConfigFactory.parseString("url = \"jdbc:sqlite:" + file + "\", max-group-delay = 1 ms")
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir.ledger")),
                problems);
        ledger = SqlLedger.open(
                settings,
                new Telemetry(new SimpleMeterRegistry()),
                Clock.fixed(Instant.ofEpochMilli(10), ZoneOffset.UTC),
                line -> {});
    }

    /** A stream of 20 tokens in gate mode; the stop's receipt, if it is one, is {@code stop-UID}. */
    public void stream(String uid, String policy, long weights, String outcome) {
        stream(uid, "gate", policy, weights, outcome, 20);
    }

    void stream(String uid, String mode, String policy, long weights, String outcome, int tokens) {
        boolean stopped = outcome.equals("stopped");
        String receipt = (stopped ? "stop-" : "end-") + uid;
        ledger.record(receipt(receipt, uid, stopped ? "stop" : "end", mode, policy, weights));
        ledger.ended(new StreamRecord(
                uid,
                Tenant.DEFAULT,
                "s",
                null,
                "content",
                1,
                2,
                mode,
                policy,
                weights,
                outcome,
                List.of(receipt),
                1,
                false,
                tokens,
                new byte[] {1, 2, 3},
                null));
    }

    private static Receipt receipt(String id, String uid, String kind, String mode, String policy, long weights) {
        return new Receipt(
                id,
                Tenant.DEFAULT,
                uid,
                kind,
                2,
                "s",
                null,
                "content",
                policy,
                mode,
                weights,
                kind.equals("stop") ? "stop" : "pass",
                null,
                List.of(),
                "unsafe",
                null,
                0,
                20,
                20,
                0,
                0.9,
                List.of(),
                List.of(),
                false);
    }

    /** Returns when it, and all before it, is in the file. */
    public void review(String receipt, String verdict, String reviewer) {
        CompletableFuture<ReviewOutcome> outcome = new CompletableFuture<>();
        ledger.review(
                new Review("f-" + ++reviews, Tenant.DEFAULT, receipt, verdict, List.of(), reviewer, 3),
                outcome::complete);
        outcome.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Waits until all that was given is in the file. */
    public void settle() {
        review("none", "right_stop", "test");
    }

    LedgerReader reader() throws IOException {
        return LedgerReader.open(settings);
    }

    @Override
    public void close() {
        ledger.close();
    }
}
