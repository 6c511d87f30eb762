package dev.weir.engine.telemetry;

import dev.weir.models.Category;
import dev.weir.protocol.Action;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Every metric of the engine, each defined once with a sentence and a unit. Counts, times and ids of our own only: no
 * text, and nothing a client chose, ever becomes a label. Safe from any thread.
 */
public final class Telemetry {

    private final MeterRegistry registry;
    private final Counter streamsOpened;
    private final Counter streamsCoarse;
    private final Counter streamsRefused;
    private final Counter tokensDecided;
    private final Counter ledgerDropped;
    private final ConcurrentHashMap<String, ExpertMeters> experts = new ConcurrentHashMap<>();

    public Telemetry(MeterRegistry registry) {
        this.registry = registry;
        this.streamsOpened = counter("weir.streams.opened", "Streams opened since start.");
        this.streamsCoarse =
                counter("weir.streams.coarse", "Streams that ended with positions overload left to a later window.");
        this.streamsRefused = counter("weir.streams.refused", "Streams refused as overloaded.");
        this.tokensDecided = counter("weir.tokens.decided", "Tokens whose votes have been mixed and decided.");
        this.ledgerDropped = counter(
                "weir.ledger.dropped", "Ledger entries lost because the queue was full or they could not be written.");
    }

    public void streamOpened() {
        streamsOpened.increment();
    }

    /** @param outcome how it ended: pass, flagged, stopped, cancelled, abandoned, or an error's code */
    public void streamEnded(String outcome) {
        Counter.builder("weir.streams.ended")
                .description("Streams that ended, by outcome.")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    /** @param expert required by the policy, and without a vote on some of the text */
    public void endedUnscored(String expert) {
        Counter.builder("weir.streams.unscored")
                .description("Streams that ended with text a required expert did not score, by expert.")
                .tag("expert", expert)
                .register(registry)
                .increment();
    }

    /**
     * A stream ended that overload had a part in; says nothing of those where it had none.
     *
     * @param coarse positions were left to a later window
     * @param asleep experts that were kept from part of the text
     */
    public void endedInOverload(boolean coarse, List<String> asleep) {
        if (coarse) {
            streamsCoarse.increment();
        }
        asleep.forEach(expert -> Counter.builder("weir.streams.asleep")
                .description("Streams that ended with text overload kept an expert from, by expert.")
                .tag("expert", expert)
                .register(registry)
                .increment());
    }

    /** A new stream was refused because the server had no time, or no room, for it. */
    public void streamRefused() {
        streamsRefused.increment();
    }

    public void decided(Action action, Category category) {
        Counter.builder("weir.decisions")
                .description("Flags, redactions and stops, by category.")
                .tag("action", action.name().toLowerCase(java.util.Locale.ROOT))
                .tag("category", category.wireName())
                .register(registry)
                .increment();
    }

    public void tokensDecided(int tokens) {
        tokensDecided.increment(tokens);
    }

    /**
     * One run of one expert.
     *
     * @param tokens real ones, without padding
     * @param queueDelayNanos how long its oldest row waited
     */
    public void batchScored(String expert, int rows, int tokens, long queueDelayNanos, long serviceNanos) {
        ExpertMeters meters = meters(expert);
        meters.rows.record(rows);
        meters.tokens.record(tokens);
        meters.queueDelay.record(queueDelayNanos, TimeUnit.NANOSECONDS);
        meters.service.record(serviceNanos, TimeUnit.NANOSECONDS);
    }

    /** Counts the experts' runs anew, while there are none. */
    public void forgetRuns() {
        experts.values().forEach(meters -> meters.removeFrom(registry));
        experts.clear();
    }

    public void runFailed(String expert) {
        meters(expert).failures.increment();
    }

    public void ledgerDropped() {
        ledgerDropped.increment();
    }

    /** Registers a value that is read whenever metrics are. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /**
     * What reviews of stops say about a policy's promise, under the weights in force.
     *
     * @param certified 1 or 0
     * @param reviewsNeeded until it is, all of them right
     * @param bound the rate of false stops is below it, in [0, 1]
     */
    public void certificateGauges(
            String policy, Supplier<Number> certified, Supplier<Number> reviewsNeeded, Supplier<Number> bound) {
        policyGauge("weir.certificate.certified", "1 when the false-stop rate is certified.", policy, certified);
        policyGauge(
                "weir.certificate.reviews.needed",
                "Reviews of stops until it is certified, all of them right.",
                policy,
                reviewsNeeded);
        policyGauge("weir.certificate.bound", "Below this is the rate of false stops, at 95 %.", policy, bound);
    }

    private void policyGauge(String name, String description, String policy, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .tag("policy", policy)
                .register(registry);
    }

    /** @param awake 1 while the expert scores, 0 while its breaker is open */
    public void expertGauge(String expert, Supplier<Number> awake) {
        Gauge.builder("weir.expert.awake", awake)
                .description("1 while the expert scores, 0 while its breaker is open.")
                .tag("expert", expert)
                .register(registry);
    }

    /** @param device as {@link dev.weir.models.Placement#label} names it */
    public void sessionGauge(String expert, String device, Supplier<Number> sessions) {
        Gauge.builder("weir.expert.sessions", sessions)
                .description("Sessions that score for an expert now, by what they run on.")
                .tag("expert", expert)
                .tag("device", device)
                .register(registry);
    }

    /**
     * What overload left out for one expert; read from {@code overload}, which must live as long as the server.
     *
     * @param coarse positions left to a later window
     * @param asleep positions left out
     */
    public <T> void overloadCounters(
            String expert, T overload, ToDoubleFunction<T> coarse, ToDoubleFunction<T> asleep) {
        FunctionCounter.builder("weir.positions.coarse", overload, coarse)
                .description("Positions that overload left to a later window, by expert.")
                .tag("expert", expert)
                .register(registry);
        FunctionCounter.builder("weir.positions.asleep", overload, asleep)
                .description("Positions that overload left out, with their text, by expert.")
                .tag("expert", expert)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private ExpertMeters meters(String expert) {
        return experts.computeIfAbsent(expert, name -> new ExpertMeters(registry, name));
    }

    private static final class ExpertMeters {
        final DistributionSummary rows;
        final DistributionSummary tokens;
        final Timer queueDelay;
        final Timer service;
        final Counter failures;

        ExpertMeters(MeterRegistry registry, String expert) {
            rows = DistributionSummary.builder("weir.batch.rows")
                    .description("Rows of one run of an expert.")
                    .tag("expert", expert)
                    .publishPercentiles(0.5, 0.99)
                    .register(registry);
            tokens = DistributionSummary.builder("weir.batch.tokens")
                    .description("Tokens of one run of an expert, without padding.")
                    .tag("expert", expert)
                    .register(registry);
            queueDelay = Timer.builder("weir.batch.queue.delay")
                    .description("How long the oldest row of a run waited for it.")
                    .tag("expert", expert)
                    .publishPercentiles(0.5, 0.99)
                    .register(registry);
            service = Timer.builder("weir.batch.service")
                    .description("How long a run of an expert took.")
                    .tag("expert", expert)
                    .publishPercentiles(0.5, 0.99)
                    .register(registry);
            failures = Counter.builder("weir.expert.failures")
                    .description("Runs of an expert that failed.")
                    .tag("expert", expert)
                    .register(registry);
        }

        void removeFrom(MeterRegistry registry) {
            List.of(rows, tokens, queueDelay, service, failures).forEach(registry::remove);
        }
    }
}
