package dev.weir.engine.ledger;

import akka.Done;
import akka.actor.ActorSystem;
import akka.actor.Cancellable;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.telemetry.LedgerMeters;
import dev.weir.engine.telemetry.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger in a database: SQLite by default, PostgreSQL by its URL. Entries wait in a bounded queue and are written in
 * groups, each made durable by one commit; every entry is tied by hash to the one before it ({@link Entry}), in one chain
 * for each node and tenant. What a crash can take are the entries still waiting; a review is acknowledged only when it
 * cannot be lost any more.
 *
 * <p>When the queue is full an entry is dropped and counted ({@code weir.ledger.dropped}), because a decision never waits
 * for the ledger. A group that cannot be written, on a full disk say, is dropped and counted likewise, its reviews are
 * answered {@link ReviewOutcome#UNAVAILABLE}, and the next group begins with a fresh connection.
 */
public final class SqlLedger implements Ledger {

    private static final Logger log = LoggerFactory.getLogger(SqlLedger.class);

    private static final long CLOSE_SECONDS = 10;
    private static final Duration PRUNE_INTERVAL = Duration.ofHours(1);

    /** Two threads: one may be writing while the other groups what comes. */
    private static final Config ACTORS = ConfigFactory.parseMap(Map.of(
            "akka.actor.default-dispatcher.fork-join-executor",
            Map.of("parallelism-min", 2, "parallelism-max", 2),
            "akka.scheduler.implementation",
            SleepingScheduler.class.getName()));

    /** What there is when decisions are kept. */
    private record Running(
            GroupWriter writer,
            ActorSystem actors,
            BoundedSourceQueue<Waiting> queue,
            CompletionStage<Done> written,
            Cancellable pruning) {}

    private record Waiting(GroupWriter.Item item, long sinceNanos) {

        Waiting(GroupWriter.Item item) {
            this(item, System.nanoTime());
        }
    }

    private final LedgerSettings settings;
    private final LedgerMeters meters;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final @Nullable Running running; // null: nothing is kept
    private boolean failing; // of the writing thread: says each failure once
    private volatile boolean closed;

    private SqlLedger(LedgerSettings settings, Telemetry telemetry, Clock clock) throws IOException {
        this.settings = settings;
        this.meters = telemetry.ledger();
        meters.waiting(waiting::get, waitingBytes::get);
        this.running = settings.isKept() ? run(GroupWriter.open(settings, clock)) : null;
    }

    /**
     * Opens or creates the database and goes on with its chains.
     *
     * @param clock of what is pruned and defined; the rest comes with its time
     * @param say is told in one line when the settings name no database, so that nothing is kept
     * @throws UncheckedIOException whose message is one line that says what is wrong and what to do
     */
    public static SqlLedger open(LedgerSettings settings, Telemetry telemetry, Clock clock, Consumer<String> say) {
        if (!settings.isKept()) {
            say.accept("ledger: none (weir.ledger.url is empty); decisions are not kept, feedback is not known");
        }
        try {
            return new SqlLedger(settings, telemetry, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private Running run(GroupWriter writer) {
        ActorSystem actors = ActorSystem.create("weir-ledger", ACTORS.withFallback(ConfigFactory.load()));
        Pair<BoundedSourceQueue<Waiting>, CompletionStage<Done>> stream = Source.<Waiting>queue(settings.maxQueue())
                // not groupedWithin: its timer wakes an idle server fifty times a second
                .batch(settings.maxGroup(), SqlLedger::firstOf, SqlLedger::and)
                .throttle(1, settings.maxGroupDelay())
                .toMat(Sink.foreach(group -> write(writer, group)), Keep.both())
                .run(actors);
        BoundedSourceQueue<Waiting> queue = stream.first();
        Runnable prune = () -> queue.offer(new Waiting(new GroupWriter.Prune()));
        prune.run(); // before anything else is written, however short the ledger is open
        Cancellable pruning =
                actors.scheduler().scheduleAtFixedRate(PRUNE_INTERVAL, PRUNE_INTERVAL, prune, actors.dispatcher());
        return new Running(writer, actors, queue, stream.second(), pruning);
    }

    private static List<Waiting> firstOf(Waiting first) {
        List<Waiting> group = new ArrayList<>();
        group.add(first);
        return group;
    }

    private static List<Waiting> and(List<Waiting> group, Waiting next) {
        group.add(next);
        return group;
    }

    @Override
    public void record(Receipt receipt) {
        keep(new GroupWriter.Decided(receipt));
    }

    @Override
    public void ended(StreamRecord stream) {
        keep(new GroupWriter.Ended(stream));
    }

    @Override
    public void define(Definition definition) {
        keep(new GroupWriter.Define(definition));
    }

    @Override
    public void acted(OperatorAction action) {
        keep(new GroupWriter.Acted(action));
    }

    private void keep(GroupWriter.Item item) {
        if (running != null && !offer(running, item)) {
            meters.dropped();
        }
    }

    @Override
    public void review(Review review, Consumer<ReviewOutcome> done) {
        Consumer<ReviewOutcome> counted = outcome -> {
            meters.reviewed(outcome.name().toLowerCase(Locale.ROOT));
            done.accept(outcome);
        };
        if (running == null) {
            counted.accept(ReviewOutcome.UNKNOWN_RECEIPT);
        } else if (!offer(running, new GroupWriter.Judge(review, counted))) {
            counted.accept(ReviewOutcome.UNAVAILABLE);
        }
    }

    /** False when the queue is full, or closed. */
    private boolean offer(Running running, GroupWriter.Item item) {
        waiting.incrementAndGet();
        if (waitingBytes.addAndGet(item.bytes()) <= settings.maxQueueBytes()
                && running.queue.offer(new Waiting(item)) instanceof QueueOfferResult.Enqueued$) {
            return true;
        }
        leave(item);
        return false;
    }

    /** On the ledger's own thread, one group at a time. */
    private void write(GroupWriter writer, List<Waiting> waited) {
        List<GroupWriter.Item> group = waited.stream().map(Waiting::item).toList();
        List<GroupWriter.Item> entries = group.stream()
                .filter(item -> !(item instanceof GroupWriter.Prune))
                .toList();
        try {
            boolean moreToPrune = writer.write(group);
            failing = false;
            if (!entries.isEmpty()) {
                meters.written(
                        entries.size(), System.nanoTime() - waited.getFirst().sinceNanos());
            }
            if (moreToPrune && running != null) {
                running.queue.offer(new Waiting(new GroupWriter.Prune()));
            }
        } catch (IOException e) {
            meters.failed();
            group.stream().filter(GroupWriter.Item::isLost).forEach(lost -> meters.dropped());
            if (!failing) {
                failing = true;
                log.error("the ledger cannot be written; entries are lost (weir.ledger.dropped) until it can", e);
            }
        } finally {
            entries.forEach(this::leave);
        }
        group.forEach(GroupWriter.Item::tell);
    }

    private void leave(GroupWriter.Item item) {
        waitingBytes.addAndGet(-item.bytes());
        waiting.decrementAndGet();
    }

    /** Of a ledger that keeps nothing, one that finds nothing. */
    @Override
    public LedgerReader reader() {
        try {
            return LedgerReader.open(settings.isKept() ? settings : settings.withUrl("jdbc:sqlite::memory:"));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /**
     * Writes what waits, for at most ten seconds, and lets go of the database. Meant to come after the actors that decide
     * are gone, so that what they say in going is kept; this has an actor system of its own for that.
     */
    @Override
    public void close() {
        if (running == null || closed) {
            return;
        }
        closed = true;
        running.pruning.cancel();
        running.queue.complete();
        try {
            running.written.toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
            running.actors.terminate();
            running.actors.getWhenTerminated().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            log.error("the ledger was not written to its end within {} s", CLOSE_SECONDS);
        } catch (ExecutionException e) {
            log.error("the ledger was not written to its end", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.actors.terminate();
        running.writer.close();
    }
}
