package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.ledger.ReviewedDecision.Label;
import dev.weir.engine.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a ledger does in either database. */
abstract class LedgerBehaviour {

    @TempDir
    Path directory;

    private final SetClock clock = new SetClock(1_000);

    /** An empty database of its own for each test. */
    abstract String url() throws IOException;

    private LedgerSettings settings(String... overrides) throws IOException {
        List<String> all = new ArrayList<>(List.of(overrides));
        all.add("keys = \"" + directory.resolve("keys") + "\"");
        return Entries.settings(url(), all.toArray(String[]::new));
    }

    @Test
    void givesBackWhatItWasGiven() throws IOException {
        Receipt receipt = Entries.receipt("R", "u", 7);
        StreamRecord stream = Entries.stream("u", 8, "pass", "votes", null);
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            ledger.record(receipt);
            ledger.ended(stream);
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.receipt(Tenant.DEFAULT, "R")).contains(receipt);
            assertThat(reader.receiptsOf("u")).containsExactly(receipt);
            assertThat(reader.receipt("somebody else", "R")).isEmpty();
            assertThat(reader.stream("u")).get().usingRecursiveComparison().isEqualTo(stream);
            assertThat(reader.stream("unheard of")).isEmpty();
        }
    }

    @Test
    void handsOutWhatWasDecidedOnceAndWithoutItsTrace() throws IOException {
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            ledger.ended(Entries.stream("resumed", 1, "abandoned", "votes", null));
            ledger.ended(Entries.stream("resumed", 2, "pass", "votes", null));
            ledger.ended(Entries.stream("cancelled", 3, "cancelled", "votes", null));
            ledger.ended(Entries.stream("resumed", 4, "flagged", "votes", null));
            ledger.ended(Entries.stream("resumed", 5, "stopped", "votes", null));
            ledger.ended(Entries.stream("resumed", 6, "stopped", "votes", null));
            ledger.ended(Entries.stream("resumed", 7, "pass", "votes", null));
        }
        List<Long> endedAt = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(settings())) {
            reader.decided(0, (sequence, stream) -> {
                assertThat(stream.trace()).isEmpty();
                endedAt.add(stream.endedMillis());
                sequences.add(sequence);
            });
            reader.decided(sequences.getFirst(), (sequence, stream) -> endedAt.add(stream.endedMillis()));
        }
        assertThat(endedAt).containsExactly(2L, 5L, 5L);
    }

    @Test
    void handsOutStreamsInOrderAndGoesOnBehindTheLastOne() throws IOException {
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            for (int i = 0; i < 600; i++) { // more than two pages
                ledger.record(Entries.receipt("R" + i, "u" + i, i));
                ledger.ended(Entries.stream("u" + i, i, "pass", "trace " + i, null));
            }
        }
        Map<String, Long> seen = new LinkedHashMap<>();
        List<String> rest = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(settings())) {
            reader.streams(0, (sequence, stream) -> seen.put(stream.uid(), sequence));
            reader.streams(seen.get("u596"), (sequence, stream) -> rest.add(stream.uid()));
        }
        assertThat(seen).hasSize(600);
        assertThat(seen.keySet()).startsWith("u0", "u1").endsWith("u599");
        assertThat(rest).containsExactly("u597", "u598", "u599");
    }

    @Test
    void goesOnWithTheChainsAfterARestart() throws IOException {
        for (String id : List.of("A", "B", "C")) {
            try (SqlLedger ledger = Entries.open(settings(), clock)) {
                ledger.record(Entries.receipt(id, "u", 7));
                ledger.record(Entries.receipt("other", "T" + id, "u", 7));
            }
        }
        Verification.Report report = Entries.verify(settings());
        assertThat(report.faults()).isEmpty();
        assertThat(report.heads())
                .extracting(Verification.Head::chain, Verification.Head::entries)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("local/default", 3L),
                        org.assertj.core.groups.Tuple.tuple("local/other", 3L));
    }

    @Test
    void letsTwoServersWriteOneLedger() throws IOException {
        LedgerSettings one = settings("node = one");
        LedgerSettings two = settings("node = two");
        try (SqlLedger first = Entries.open(one, clock);
                SqlLedger second = Entries.open(two, clock)) {
            for (int i = 0; i < 200; i++) {
                first.record(Entries.receipt("A" + i, "u", i));
                second.record(Entries.receipt("B" + i, "u", i));
            }
            assertThat(Entries.judge(second, Entries.review("f", "B199", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
        }
        Verification.Report report = Entries.verify(one);
        assertThat(report.faults()).isEmpty();
        assertThat(report.heads()).extracting(Verification.Head::entries).containsExactly(200L, 201L);
    }

    @Test
    void keepsWhoDidWhatInTheChainOfTheServer() throws IOException {
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            ledger.record(Entries.receipt("R", "u", 7));
            ledger.acted(new OperatorAction("ann of acme", "POST /v1/weights/freeze", "200", 8));
            ledger.acted(new OperatorAction("ann of acme", "POST /v1/weights/freeze", "200", 8));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            Entry last = List.copyOf(reader.latest(1)).getFirst();
            assertThat(last.kind()).isEqualTo("action");
            assertThat(last.id()).isEqualTo("POST /v1/weights/freeze");
            assertThat(last.about()).isEqualTo("ann of acme");
            assertThat(last.atMillis()).isEqualTo(8);
            assertThat(last.body()).isEqualTo("{\"outcome\":\"200\"}");
        }
        Verification.Report report = Entries.verify(settings());
        assertThat(report.faults()).isEmpty();
        assertThat(report.heads())
                .extracting(Verification.Head::chain, Verification.Head::entries)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("local/default", 3L));
    }

    @Test
    void acknowledgesAReviewOnceAnotherConnectionCanReadIt() throws IOException {
        try (SqlLedger ledger = Entries.open(settings(), clock);
                LedgerReader reader = ledger.reader()) {
            ledger.record(Entries.receipt("R", "u", 7));
            Review review = Entries.review("f-1", "R", "wrong_stop", "ann");
            assertThat(Entries.judge(ledger, review)).isEqualTo(ReviewOutcome.RECORDED);
            assertThat(reader.reviewsOf(Tenant.DEFAULT, "R")).containsExactly(review);
        }
    }

    @Test
    void recordsAReviewSentTwiceOnceAlsoAfterARestart() throws IOException {
        Review review = Entries.review("f-1", "R", "wrong_stop", "ann");
        Review later = new Review("f-1", Tenant.DEFAULT, "R", "wrong_stop", List.of("hate"), "ann", 9_999);
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            ledger.record(Entries.receipt("R", "u", 7));
            CompletableFuture<ReviewOutcome> first = new CompletableFuture<>();
            ledger.review(review, first::complete); // both in one group
            assertThat(Entries.judge(ledger, later)).isEqualTo(ReviewOutcome.RECORDED);
            assertThat(first.join()).isEqualTo(ReviewOutcome.RECORDED);
        }
        try (SqlLedger ledger = Entries.open(settings(), clock);
                LedgerReader reader = ledger.reader()) {
            assertThat(Entries.judge(ledger, later)).isEqualTo(ReviewOutcome.RECORDED);
            assertThat(reader.reviewsOf(Tenant.DEFAULT, "R")).containsExactly(review);
        }
    }

    @Test
    void refusesAReviewThatSaysSomethingElseUnderAnIdThatIsTaken() throws IOException {
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            ledger.record(Entries.receipt("R", "u", 7));
            Entries.judge(ledger, Entries.review("f-1", "R", "wrong_stop", "ann"));
            assertThat(Entries.judge(ledger, Entries.review("f-1", "R", "right_stop", "ann")))
                    .isEqualTo(ReviewOutcome.CONFLICT);
        }
    }

    @Test
    void knowsAReceiptHoweverLongAgoAndNoneOfAnotherTenant() throws IOException {
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            ledger.record(Entries.receipt("R", "u", 7));
            ledger.record(Entries.receipt("other", "T", "u", 7));
        }
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            assertThat(Entries.judge(ledger, Entries.review("f-1", "R", "wrong_stop", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
            assertThat(Entries.judge(ledger, Entries.review("f-2", "T", "wrong_stop", "ann")))
                    .isEqualTo(ReviewOutcome.UNKNOWN_RECEIPT);
            assertThat(Entries.judge(ledger, Entries.review("f-3", "never", "wrong_stop", "ann")))
                    .isEqualTo(ReviewOutcome.UNKNOWN_RECEIPT);
        }
    }

    @Test
    void givesEachReviewedDecisionOnceWithWhatItsReviewersComeTo() throws IOException {
        List<ReviewedDecision> decisions = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        try (SqlLedger ledger = Entries.open(settings("audit-share = 0.25"), clock);
                LedgerReader reader = ledger.reader()) {
            ledger.record(Entries.receipt("R", "u", 7));
            ledger.ended(Entries.stream("u", 8, "pass", "", null));
            ledger.record(Entries.receipt("S", "v", 7));
            Entries.judge(ledger, Entries.review("f-1", "R", "right_pass", "ann"));
            Entries.judge(ledger, Entries.review("f-2", "S", "missed", "ann"));
            Entries.judge(ledger, Entries.review("f-3", "R", "missed", "bob"));
            Entries.judge(ledger, Entries.review("f-4", "R", "missed", "ann"));
            reader.reviewed(0, (sequence, decision) -> {
                sequences.add(sequence);
                decisions.add(decision);
            });
            boolean drawn = reader.stream("u").orElseThrow().audited();
            assertThat(decisions)
                    .containsExactly(
                            new ReviewedDecision(
                                    Entries.receipt("S", "v", 7), Label.HARMFUL, List.of("hate"), List.of("ann"), 1),
                            new ReviewedDecision(
                                    Entries.receipt("R", "u", 7),
                                    Label.HARMFUL,
                                    List.of("hate"),
                                    List.of("ann", "bob"),
                                    drawn ? 0.25 : 1));
            Entries.judge(ledger, Entries.review("f-5", "R", "right_pass", "bob"));
            decisions.clear();
            reader.reviewed(sequences.getLast(), (sequence, decision) -> decisions.add(decision));
            assertThat(decisions).extracting(ReviewedDecision::label).containsExactly(Label.DISPUTED);
        }
    }

    @Test
    void listsTheStreamsDrawnForAuditUntilTheyAreReviewed() throws IOException {
        try (SqlLedger ledger = Entries.open(settings("audit-share = 1"), clock);
                LedgerReader reader = ledger.reader()) {
            for (String uid : List.of("u", "v", "w")) {
                ledger.record(Entries.receipt("R-" + uid, uid, 7));
                ledger.ended(Entries.stream(uid, 8, uid.equals("w") ? "stopped" : "pass", "", null));
            }
            Entries.judge(ledger, Entries.review("f-1", "R-u", "right_pass", "ann"));
            List<String> waiting = new ArrayList<>();
            reader.audits(0, (sequence, audit) -> waiting.add(audit.receipt().id()));
            assertThat(waiting).containsExactly("R-v");
        }
    }

    @Test
    void definesAVersionAgainOnlyWhenItsContentChanged() throws IOException {
        Definition first = new Definition(Definition.POLICY, "default@1", "{\"a\":1}");
        Definition second = new Definition(Definition.POLICY, "default@1", "{\"a\":2}");
        List<Long> streams = new ArrayList<>();
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            for (Definition definition : List.of(first, first, second, second)) {
                ledger.define(definition);
                ledger.ended(Entries.stream("u", 8, "pass", "", null));
            }
        }
        assertThat(Entries.all(settings()))
                .extracting(Entry::kind)
                .containsExactly("definition", "stream", "stream", "definition", "stream", "stream");
        try (LedgerReader reader = LedgerReader.open(settings())) {
            reader.streams(0, (sequence, stream) -> streams.add(sequence));
            assertThat(reader.definition(Definition.POLICY, "default@1")).contains(second);
            assertThat(reader.definition(Definition.POLICY, "default@1", streams.get(1)))
                    .contains(first);
            assertThat(reader.definition(Definition.WEIGHTS, "default@1")).isEmpty();
        }
    }

    @Test
    void prunesWhatIsTooOldAndCanStillBeChecked() throws IOException {
        LedgerSettings settings = settings("retention = 10 d", "trace-retention = 4 d", "text-retention = 2 d");
        Definition policy = new Definition(Definition.POLICY, "default@1", "{}");
        try (SqlLedger ledger = Entries.open(settings, clock)) {
            ledger.define(policy);
            for (int day = 0; day < 12; day++) {
                long now = 1_000 + Duration.ofDays(day).toMillis();
                ledger.record(Entries.receipt("R" + day, "u" + day, now));
                ledger.ended(Entries.stream("u" + day, now, "pass", "trace", "text"));
                ledger.record(Entries.receipt("other", "T" + day, "t" + day, now));
            }
        }
        clock.goOn(Duration.ofDays(12));
        try (Upkeep upkeep = Upkeep.open(settings)) {
            assertThat(upkeep.prune(clock.millis(), left -> {}))
                    .isEqualTo(1 + 2 * 3); // a definition, and two days of three
            assertThat(upkeep.prune(clock.millis(), left -> {})).isZero();
        }
        clock.goOn(Duration.ofDays(1));
        try (SqlLedger ledger = Entries.open(settings, clock)) {
            ledger.record(Entries.receipt("new", "u", clock.millis()));
            assertThat(Entries.judge(ledger, Entries.review("f-1", "R1", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.UNKNOWN_RECEIPT);
        }
        Verification.Report report = Entries.verify(settings);
        assertThat(report.faults()).isEmpty();
        assertThat(report.heads()).extracting(Verification.Head::pruned).containsExactly(7L, 3L);
        try (LedgerReader reader = LedgerReader.open(settings)) {
            Map<String, Integer> traces = new LinkedHashMap<>();
            reader.streams(0, (sequence, stream) -> traces.put(stream.uid(), stream.trace().length));
            assertThat(traces.keySet()).startsWith("u3").endsWith("u11");
            assertThat(traces).containsEntry("u8", 0).containsEntry("u9", 5);
            assertThat(reader.text("u10")).isEmpty();
            assertThat(reader.text("u11")).contains("text");
            assertThat(reader.definition(Definition.POLICY, "default@1", 10)).contains(policy);
        }
    }

    @Test
    void keepsTextSealedAndForgetsItWithItsTenantsKey() throws IOException {
        LedgerSettings settings = settings();
        try (SqlLedger ledger = Entries.open(settings, clock)) {
            ledger.ended(Entries.stream("u", 8, "pass", "", "a secret of ours"));
            ledger.ended(Entries.stream("other", "v", 8, "pass", "", "a secret of theirs"));
        }
        try (LedgerReader reader = LedgerReader.open(settings);
                Upkeep upkeep = Upkeep.open(settings)) {
            assertThat(reader.text("u")).contains("a secret of ours");
            assertThat(upkeep.erase(Tenant.DEFAULT, 9)).isTrue();
            assertThat(upkeep.erase(Tenant.DEFAULT, 9)).isFalse();
            assertThat(reader.text("u")).isEmpty();
            assertThat(reader.text("v")).contains("a secret of theirs");
        }
        try (SqlLedger ledger = Entries.open(settings, clock)) {
            ledger.ended(Entries.stream("w", 10, "pass", "", "a new secret"));
        }
        try (LedgerReader reader = LedgerReader.open(settings)) {
            assertThat(reader.text("u")).isEmpty();
            assertThat(reader.text("w")).contains("a new secret");
        }
        assertThat(Entries.verify(settings).faults()).isEmpty();
        assertThat(Entries.all(settings)).extracting(Entry::kind).contains("erasure");
    }

    @Test
    void countsWhatItDropsWhenItsQueueIsFullAndKeepsTheRest() throws Exception {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        CompletableFuture<Void> letGo = new CompletableFuture<>();
        CompletableFuture<Void> held = new CompletableFuture<>();
        CompletableFuture<ReviewOutcome> refused = new CompletableFuture<>();
        LedgerSettings settings = settings("max-queue = 16", "max-group = 1");
        try (SqlLedger ledger = SqlLedger.open(settings, new Telemetry(metrics), clock, line -> {})) {
            ledger.record(Entries.receipt("first", "u", 7));
            ledger.review(
                    Entries.review("f-1", "first", "right_pass", "ann"),
                    outcome -> { // holds the writing thread, like a disk that hangs
                        held.complete(null);
                        letGo.join();
                    });
            held.get(20, TimeUnit.SECONDS);
            for (int i = 0; i < 1_000; i++) {
                ledger.record(Entries.receipt("r" + i, "u", 7));
            }
            ledger.review(Entries.review("f-2", "first", "right_pass", "ann"), refused::complete);
            assertThat(refused.getNow(null)).isEqualTo(ReviewOutcome.UNAVAILABLE);
            letGo.complete(null);
        }
        double dropped = metrics.counter("weir.ledger.dropped").count();
        assertThat(dropped).isBetween(900.0, 990.0);
        assertThat(Entries.all(settings)).hasSize(2 + 1_000 - (int) dropped);
        assertThat(Entries.verify(settings).faults()).isEmpty();
    }

    @Test
    void dropsTracesRatherThanHoldingThemWithoutEnd() throws Exception {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        CompletableFuture<Void> letGo = new CompletableFuture<>();
        CompletableFuture<Void> held = new CompletableFuture<>();
        LedgerSettings settings = settings("max-queue-bytes = 1 MiB", "max-group = 1");
        try (SqlLedger ledger = SqlLedger.open(settings, new Telemetry(metrics), clock, line -> {})) {
            ledger.review(Entries.review("f-1", "none", "right_pass", "ann"), outcome -> {
                held.complete(null);
                letGo.join();
            });
            held.get(20, TimeUnit.SECONDS);
            for (int i = 0; i < 20; i++) {
                ledger.ended(Entries.stream("u" + i, 7, "pass", "x".repeat(100_000), null));
            }
            letGo.complete(null);
        }
        assertThat(metrics.counter("weir.ledger.dropped").count()).isBetween(9.0, 11.0);
    }

    private static Receipt decided(String id, String streamUid, String kind) {
        return Entries.receipt(Tenant.DEFAULT, id, streamUid, kind, 7);
    }

    private static List<String> ids(List<Receipt> receipts) {
        return receipts.stream().map(Receipt::id).toList();
    }

    @Test
    void asksReviewersAboutEachStreamOnceTheNewestFirst() throws IOException {
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            ledger.record(decided("calm", "u1", "end"));
            ledger.record(decided("flag", "u2", "flag"));
            ledger.record(decided("later flag", "u2", "flag"));
            ledger.record(decided("flag before stop", "u3", "flag"));
            ledger.record(decided("stop", "u3", "stop"));
            ledger.record(decided("reviewed stop", "u4", "stop"));
            ledger.record(decided("flag of a reviewed end", "u5", "flag"));
            ledger.record(decided("reviewed end", "u5", "end"));
            ledger.record(Entries.receipt("other", "foreign", "u6", "stop", 7));
            assertThat(Entries.judge(ledger, Entries.review("f1", "reviewed stop", "right_stop", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
            assertThat(Entries.judge(ledger, Entries.review("f2", "reviewed end", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            ReviewQueue queue = new ReviewQueue(reader);
            ReviewQueue.Piece first = queue.decided(Tenant.DEFAULT, Long.MAX_VALUE, 1);
            assertThat(ids(first.receipts())).containsExactly("stop");
            ReviewQueue.Piece second = queue.decided(Tenant.DEFAULT, first.before(), 5);
            assertThat(ids(second.receipts())).containsExactly("later flag");
            assertThat(second.before()).as("nothing older").isZero();
            assertThat(ids(queue.decided("other", Long.MAX_VALUE, 5).receipts()))
                    .containsExactly("foreign");
        }
    }

    @Test
    void asksReviewersAboutWhatWasDrawnForAudit() throws IOException {
        String drawAll = "audit-share = 1";
        try (SqlLedger ledger = Entries.open(settings(drawAll), clock)) {
            for (String uid : List.of("u1", "u2", "u3")) {
                ledger.record(decided("end of " + uid, uid, "end"));
                ledger.ended(Entries.stream(uid, 1, uid.equals("u3") ? "cancelled" : "pass", "votes", null));
            }
            assertThat(Entries.judge(ledger, Entries.review("f1", "end of u1", "right_pass", "ann")))
                    .isEqualTo(ReviewOutcome.RECORDED);
        }
        try (LedgerReader reader = LedgerReader.open(settings(drawAll))) {
            ReviewQueue queue = new ReviewQueue(reader);
            assertThat(ids(queue.audits(Tenant.DEFAULT, 5))).containsExactly("end of u2");
            assertThat(queue.audits("other", 5)).isEmpty();
        }
    }

    @Test
    void findsWhereTheNewestStreamsBegin() throws IOException {
        try (SqlLedger ledger = Entries.open(settings(), clock)) {
            for (int i = 0; i < 5; i++) {
                ledger.record(Entries.receipt("R" + i, "u" + i, i));
                ledger.ended(Entries.stream("u" + i, i, "pass", "votes", null));
            }
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            List<String> newest = new ArrayList<>();
            reader.streams(reader.beforeNewest(2), (sequence, stream) -> newest.add(stream.uid()));
            assertThat(newest).containsExactly("u3", "u4");
            assertThat(reader.beforeNewest(5)).isZero();
        }
    }
}
