package dev.weir.bench;

import com.typesafe.config.ConfigFactory;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.Review;
import dev.weir.engine.ledger.ReviewOutcome;
import dev.weir.engine.ledger.SqlLedger;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.ledger.Verification;
import dev.weir.engine.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Question: how fast is the ledger, and how large? Streams are handed to it as the engine would, a receipt and a record
 * with its trace each, as fast as it takes them; the clock stops when all are durable. The time of a single review is that
 * of a group commit on a quiet server. What writing costs the streams themselves is for {@code ops/weir bench}: the same
 * run against a server with {@code weir.ledger.url} and one with "", p99 of released compared.
 */
@Command(name = "ledger", description = "Entries per second and bytes per entry.", mixinStandardHelpOptions = true)
final class LedgerCommand implements Callable<Integer> {

    /** Handed over before waiting for them, well below what the queue takes. */
    private static final int AHEAD = 1_000;

    private static final int REVIEWS = 200;

    @Option(names = "--streams", defaultValue = "50000", description = "Streams (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(names = "--trace-bytes", defaultValue = "600", description = "Of each (default: ${DEFAULT-VALUE}).")
    private int traceBytes;

    @Option(names = "--url", description = "Of an empty database; a SQLite file in a temporary directory if not given.")
    private @Nullable String url;

    @Override
    public Integer call() throws IOException {
        Path directory = Files.createTempDirectory("weir-ledger-bench");
        try {
            Path file = directory.resolve("ledger.db");
            LedgerSettings settings = settings(url == null ? "jdbc:sqlite:" + file : url, directory);
            SimpleMeterRegistry metrics = new SimpleMeterRegistry();
            long[] commitNanos = new long[REVIEWS];
            double seconds;
            try (SqlLedger ledger = SqlLedger.open(
                    settings, new Telemetry(metrics), Clock.systemUTC(), line -> System.err.println(line))) {
                write(ledger, "warm", streams / 10);
                long began = System.nanoTime();
                write(ledger, "s", streams);
                seconds = (System.nanoTime() - began) / 1e9;
                for (int i = 0; i < REVIEWS; i++) {
                    long asked = System.nanoTime();
                    review(ledger, "f" + i);
                    commitNanos[i] = System.nanoTime() - asked;
                }
            }
            Arrays.sort(commitNanos);
            System.out.printf("entries per second       %,12.0f%n", 2 * streams / seconds);
            System.out.printf(
                    "dropped                  %,12.0f%n",
                    metrics.counter("weir.ledger.dropped").count());
            System.out.printf(
                    "one review, p50 and p99  %9.1f ms %9.1f ms%n",
                    commitNanos[REVIEWS / 2] / 1e6, commitNanos[REVIEWS * 99 / 100] / 1e6);
            report(settings, file);
            return 0;
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void report(LedgerSettings settings, Path file) throws IOException {
        try (LedgerReader reader = LedgerReader.open(settings)) {
            long entries = reader.size();
            if (Files.exists(file)) {
                System.out.printf(
                        "bytes per stream         %,12.0f  (record and receipt, with its trace of %d and all indexes)%n",
                        2.0 * Files.size(file) / entries, traceBytes);
            }
            long began = System.nanoTime();
            Verification.Report report = Verification.of(reader, checked -> {});
            System.out.printf(
                    "verified per second      %,12.0f  (%s)%n",
                    entries / ((System.nanoTime() - began) / 1e9),
                    report.faults().isEmpty() ? "intact" : report.faults().toString());
        }
    }

    private static LedgerSettings settings(String url, Path directory) {
        List<String> problems = new ArrayList<>();
        LedgerSettings settings = LedgerSettings.from(
                ConfigFactory.parseString("url = \"" + url + "\", keys = \"" + directory + "\"")
                        .withFallback(ConfigFactory.load().getConfig("weir.ledger")),
                problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", problems));
        }
        return settings;
    }

    private void write(SqlLedger ledger, String name, int count) {
        Random random = new Random(20261121);
        long now = System.currentTimeMillis();
        for (int i = 0; i < count; i++) {
            String uid = name + "-" + i;
            byte[] trace = new byte[traceBytes];
            random.nextBytes(trace);
            ledger.record(receipt(uid, now));
            ledger.ended(new StreamRecord(
                    uid,
                    Tenant.DEFAULT,
                    "g-" + i,
                    "c-" + i / 3,
                    "content",
                    now,
                    now,
                    "gate",
                    "default@1",
                    1,
                    "pass",
                    List.of("R" + uid),
                    1,
                    false,
                    300,
                    trace,
                    null));
            if (i % AHEAD == AHEAD - 1) {
                review(ledger, "none"); // answered when all before it is durable
            }
        }
        review(ledger, "none");
    }

    private static Receipt receipt(String uid, long now) {
        return new Receipt(
                "R" + uid,
                Tenant.DEFAULT,
                uid,
                "end",
                now,
                "g",
                "c",
                "content",
                "default@1",
                "gate",
                1,
                "pass",
                null,
                List.of(),
                "safe",
                null,
                300,
                300,
                300,
                0,
                0.08,
                List.of(
                        new Receipt.ExpertVote("causal", "3", 1.0, -2.5),
                        new Receipt.ExpertVote("ngram", "2", 4.0, -3.0),
                        new Receipt.ExpertVote("minilm", "2", 3.0, -4.0)),
                List.of(),
                false);
    }

    private static void review(SqlLedger ledger, String id) {
        CompletableFuture<ReviewOutcome> done = new CompletableFuture<>();
        ledger.review(
                new Review(
                        id,
                        Tenant.DEFAULT,
                        id.equals("none") ? "none" : "Rs-0",
                        "right_pass",
                        List.of(),
                        "ann",
                        System.currentTimeMillis()),
                done::complete);
        done.join();
    }
}
