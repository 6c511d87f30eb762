package dev.weir.engine.ledger;

import com.typesafe.config.ConfigFactory;
import dev.weir.engine.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Things to keep in a ledger, and a ledger to keep them in. */
final class Entries {

    private Entries() {}

    /** @param overrides of the block {@code weir.ledger} */
    static LedgerSettings settings(String url, String... overrides) {
        List<String> problems = new ArrayList<>();
        LedgerSettings settings = LedgerSettings.from(
                ConfigFactory.parseString("url = \"" + url + "\", max-group-delay = 1 ms, audit-share = 0\n"
                                + String.join("\n", overrides))
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir.ledger")),
                problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.toString());
        }
        return settings;
    }

    static SqlLedger open(LedgerSettings settings, Clock clock) {
        return SqlLedger.open(settings, new Telemetry(new SimpleMeterRegistry()), clock, line -> {});
    }

    static Receipt receipt(String id, String streamUid, long atMillis) {
        return receipt(Tenant.DEFAULT, id, streamUid, atMillis);
    }

    static Receipt receipt(String tenant, String id, String streamUid, long atMillis) {
        return receipt(tenant, id, streamUid, "end", atMillis);
    }

    static Receipt receipt(String tenant, String id, String streamUid, String kind, long atMillis) {
        return new Receipt(
                id,
                tenant,
                streamUid,
                kind,
                atMillis,
                "s",
                "chat – 7",
                "content",
                "default@1",
                "gate",
                1,
                "pass",
                null,
                List.of(),
                "safe",
                null,
                0,
                3,
                3,
                0,
                0.25,
                List.of(new Receipt.ExpertVote("causal", "1", 1.0, -2.5)),
                List.of(),
                false);
    }

    static StreamRecord stream(String uid, long endedMillis, String outcome, String trace, @Nullable String text) {
        return stream(Tenant.DEFAULT, uid, endedMillis, outcome, trace, text);
    }

    static StreamRecord stream(
            String tenant, String uid, long endedMillis, String outcome, String trace, @Nullable String text) {
        return new StreamRecord(
                uid,
                tenant,
                "s",
                "chat – 7",
                "content",
                endedMillis - 5,
                endedMillis,
                "gate",
                "default@1",
                1,
                outcome,
                List.of("R-" + uid),
                1,
                false,
                3,
                trace.getBytes(StandardCharsets.UTF_8),
                text);
    }

    static Review review(String id, String receipt, String verdict, String reviewer) {
        return new Review(id, Tenant.DEFAULT, receipt, verdict, List.of("hate"), reviewer, 2_000);
    }

    /** What the ledger says of a review, once everything before it is durable. */
    static ReviewOutcome judge(Ledger ledger, Review review) {
        CompletableFuture<ReviewOutcome> outcome = new CompletableFuture<>();
        ledger.review(review, outcome::complete);
        return outcome.orTimeout(20, TimeUnit.SECONDS).join();
    }

    static Verification.Report verify(LedgerSettings settings) {
        try (LedgerReader reader = LedgerReader.open(settings)) {
            return Verification.of(reader, checked -> {});
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static List<Entry> all(LedgerSettings settings) {
        List<Entry> entries = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(settings)) {
            reader.entries(0, (sequence, entry) -> entries.add(entry));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return entries;
    }
}
