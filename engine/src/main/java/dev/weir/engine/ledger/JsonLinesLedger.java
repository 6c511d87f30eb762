package dev.weir.engine.ledger;

import akka.Done;
import akka.actor.ActorSystem;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.telemetry.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receipts and reviews as lines of one file, each tied by hash to the one before it ({@link ChainedLine}). Entries
 * wait in a bounded queue and are written in groups, each made durable by one {@code fsync}. What a crash can take are
 * the entries still waiting; a review is acknowledged only when it cannot be lost any more.
 *
 * <p>When the queue is full a receipt is dropped and counted ({@code weir.ledger.dropped}), because a decision never
 * waits for its receipt. A group that cannot be written, on a full disk say, is dropped and counted likewise, and the
 * next is tried; no review of it is acknowledged, so its sender will try again.
 */
public final class JsonLinesLedger implements Ledger {

    private static final Logger log = LoggerFactory.getLogger(JsonLinesLedger.class);

    /** Length of a line with a dozen votes, from which follows how far back recent ids are read at start. */
    private static final int TYPICAL_LINE_BYTES = 1_024;

    private static final long CLOSE_SECONDS = 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Two threads: one may be writing while the other groups what comes. */
    private static final Config ACTORS = ConfigFactory.parseString(
            "akka.actor.default-dispatcher.fork-join-executor" + " { parallelism-min = 2, parallelism-max = 2 }");

    private sealed interface Entry {}

    private record ReceiptEntry(Receipt receipt) implements Entry {}

    private record ReviewEntry(Review review, @JsonIgnore Consumer<ReviewOutcome> done) implements Entry {}

    /** What there is when decisions are kept. */
    private record Running(
            LedgerFile file, ActorSystem actors, BoundedSourceQueue<Entry> queue, CompletionStage<Done> written) {}

    private final Telemetry telemetry;
    private final RecentIds receipts;
    private final RecentIds reviews;
    private final @Nullable Running running; // null: nothing is kept
    private boolean failing; // of the writing thread: says each failure once

    private JsonLinesLedger(LedgerSettings settings, Telemetry telemetry) throws IOException {
        this.telemetry = telemetry;
        this.receipts = new RecentIds(settings.recentReceipts());
        this.reviews = new RecentIds(settings.recentReceipts());
        this.running = settings.isKept() ? run(settings) : null;
    }

    /**
     * Opens or creates the file and goes on with its chain.
     *
     * @param say is told in one line when the settings name no file, so that nothing is kept
     * @throws UncheckedIOException whose message is one line that names the file, what is wrong and what to do
     */
    public static JsonLinesLedger open(LedgerSettings settings, Telemetry telemetry, Consumer<String> say) {
        if (!settings.isKept()) {
            say.accept("ledger: none (weir.ledger.file is empty); decisions are not kept, feedback is not known");
        }
        return open(settings, telemetry);
    }

    static JsonLinesLedger open(LedgerSettings settings, Telemetry telemetry) {
        try {
            return new JsonLinesLedger(settings, telemetry);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private Running run(LedgerSettings settings) throws IOException {
        LedgerFile file = LedgerFile.open(Path.of(settings.file()));
        try {
            file.readRecent((long) settings.recentReceipts() * TYPICAL_LINE_BYTES, this::remember);
            ActorSystem actors = ActorSystem.create("weir-ledger", ACTORS.withFallback(ConfigFactory.load()));
            Pair<BoundedSourceQueue<Entry>, CompletionStage<Done>> stream = Source.<Entry>queue(settings.maxQueue())
                    .groupedWithin(settings.maxGroup(), settings.maxGroupDelay())
                    .toMat(Sink.foreach(group -> write(file, group)), Keep.both())
                    .run(actors);
            return new Running(file, actors, stream.first(), stream.second());
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void record(Receipt receipt) {
        if (running == null) {
            return;
        }
        if (offer(running, new ReceiptEntry(receipt))) {
            receipts.add(receipt.id());
        } else {
            telemetry.ledgerDropped();
        }
    }

    @Override
    public void review(Review review, Consumer<ReviewOutcome> done) {
        if (running == null || !receipts.contains(review.receipt())) {
            done.accept(ReviewOutcome.UNKNOWN_RECEIPT);
        } else if (!offer(running, new ReviewEntry(review, done))) {
            done.accept(ReviewOutcome.UNAVAILABLE);
        }
    }

    @Override
    public void ended(StreamRecord stream) {}

    @Override
    public void define(Definition definition) {}

    @Override
    public LedgerReader reader() {
        throw new UnsupportedOperationException();
    }

    private static boolean offer(Running running, Entry entry) {
        return running.queue.offer(entry) instanceof QueueOfferResult.Enqueued$;
    }

    /** On the ledger's own thread, one group at a time. */
    private void write(LedgerFile file, List<Entry> group) {
        List<String> lines = new ArrayList<>(group.size());
        List<ReviewEntry> reviewed = new ArrayList<>();
        for (Entry entry : group) {
            switch (entry) {
                case ReceiptEntry receipt -> lines.add(json(receipt));
                case ReviewEntry review -> {
                    reviewed.add(review);
                    if (!reviews.contains(review.review().id()) && isFirst(review, reviewed)) {
                        lines.add(json(review));
                    }
                }
            }
        }
        try {
            file.append(lines);
            failing = false;
        } catch (IOException e) {
            for (int lost = 0; lost < lines.size(); lost++) {
                telemetry.ledgerDropped();
            }
            if (!failing) {
                failing = true;
                log.error("the ledger cannot be written; receipts are lost (weir.ledger.dropped) until it can", e);
            }
            return;
        }
        for (ReviewEntry review : reviewed) {
            reviews.add(review.review().id());
            review.done().accept(ReviewOutcome.RECORDED);
        }
    }

    private static boolean isFirst(ReviewEntry review, List<ReviewEntry> reviewed) {
        String id = review.review().id();
        return reviewed.stream().filter(other -> other.review().id().equals(id)).count() == 1;
    }

    private static String json(Entry entry) {
        try {
            return JSON.writeValueAsString(entry);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a receipt and a review are always JSON", e);
        }
    }

    private void remember(String entry) {
        try {
            JsonNode json = JSON.readTree(entry);
            remember(json.path("receipt").path("id").textValue(), receipts);
            remember(json.path("review").path("id").textValue(), reviews);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a line whose hash is right holds what was written", e);
        }
    }

    private static void remember(@Nullable String id, RecentIds ids) {
        if (id != null) {
            ids.add(id);
        }
    }

    /**
     * Writes what waits, for at most ten seconds, and lets go of the file. Meant to come after the actors that decide
     * are gone, so that what they say in going is kept; this has an actor system of its own for that.
     */
    @Override
    public void close() {
        if (running == null || running.file.isClosed()) {
            return;
        }
        running.queue.complete();
        try {
            running.written.toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            log.error("the ledger was not written to its end within {} s", CLOSE_SECONDS);
        } catch (ExecutionException e) {
            log.error("the ledger was not written to its end", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.actors.terminate();
        try {
            running.file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
