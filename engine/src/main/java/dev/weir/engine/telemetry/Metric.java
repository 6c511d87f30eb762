package dev.weir.engine.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Every metric of Weir: its name, its unit and one sentence. A label's values are our own (modes, outcomes, codes,
 * categories) or come from the configuration (experts, policies), so that a client cannot make new series. Prometheus shows
 * the dots as underscores and adds the unit, and {@code _total} to what only grows.
 */
public enum Metric {
    BUILD_INFO("weir.build.info", "1; the labels say what runs."),
    EXPERT_INFO("weir.expert.info", "1 for each expert in use; the labels say which version of it."),
    POLICY_INFO(
            "weir.policy.info",
            "1 for each policy; the labels say its version, and the mode of streams that name none."),
    DEVICE_FALLBACK(
            "weir.device.fallback", "1 where device = auto found no GPU at start, and all experts run on the CPU."),

    STREAMS_OPEN("weir.streams.open", "Streams open now."),
    STREAMS_LIMIT("weir.streams.limit", "Streams that may be open at once."),
    STREAMS_OPENED("weir.streams.opened", "Streams opened since start."),
    STREAMS_ENDED(
            "weir.streams.ended",
            "Streams that ended, by outcome, mode, policy, and the category they were stopped for (none for others)."),
    STREAMS_REFUSED("weir.streams.refused", "Opens that were refused, by the code the client was given."),
    STREAMS_UNSCORED(
            "weir.streams.unscored", "Streams that ended with text a required expert did not score, by expert."),
    STREAMS_COARSE("weir.streams.coarse", "Streams that ended with positions overload left to a later window."),
    STREAMS_ASLEEP("weir.streams.asleep", "Streams that ended with text overload kept an expert from, by expert."),
    DECISIONS("weir.decisions", "Flags, redactions and stops, by category."),
    TOKENS_DECIDED("weir.tokens.decided", "Tokens whose votes have been mixed and decided."),
    DECISION_LATENCY(
            "weir.decision.latency",
            "From taking a delta to the decision on the text it settled, and so to its release unless the policy holds it."),
    STOP_LATENCY("weir.stop.latency", "From taking the delta whose text crossed a threshold to the stop."),
    STOP_EXPOSURE("weir.stop.exposure", "codepoints", "Harmful text that the reader had seen by the stop."),
    PROMPT_LATENCY("weir.prompt.latency", "From opening a stream with a prompt to the decision on it."),

    BATCH_ROWS("weir.batch.rows", "Rows of one run of an expert."),
    BATCH_TOKENS("weir.batch.tokens", "Tokens of one run of an expert, without padding."),
    BATCH_QUEUE_DELAY("weir.batch.queue.delay", "How long the oldest row of a run waited for it."),
    BATCH_SERVICE("weir.batch.service", "How long a run of an expert took."),
    EXPERT_FAILURES("weir.expert.failures", "Runs of an expert that failed."),
    EXPERT_AWAKE("weir.expert.awake", "1 while the expert scores, 0 while its breaker is open."),
    EXPERT_OPENED("weir.expert.opened", "Sessions of an expert opened since start, those after a failure among them."),
    EXPERT_SESSIONS("weir.expert.sessions", "Sessions that score for an expert now, by what they run on."),

    OVERLOAD_LEVEL(
            "weir.overload.level",
            "0: everything is scored; 1: coarser; 2: windowed experts may sleep; 3: new streams are refused."),
    OVERLOAD_DELAY(
            "weir.overload.delay",
            "seconds",
            "The least that text waited in the last interval, for an expert that cannot be left out or a thread to carry it."),
    POSITIONS_COARSE("weir.positions.coarse", "Positions that overload left to a later window, by expert."),
    POSITIONS_ASLEEP("weir.positions.asleep", "Positions that overload left out, with their text, by expert."),

    CONNECTIONS_OPEN("weir.connections.open", "WebSocket connections that are open."),
    CONNECTIONS_LIMIT("weir.connections.limit", "WebSocket connections that may be open at once."),
    CONNECTIONS_OPENED("weir.connections.opened", "WebSocket connections that shook hands, by subprotocol."),
    CONNECTIONS_CLOSED(
            "weir.connections.closed",
            "WebSocket connections that ended: closed by the client, lost without a word, or closed by us, and why."),
    CONNECTIONS_REFUSED(
            "weir.connections.refused",
            "Connections that were of no use: nothing was asked for in time, the caller may not, or there are as many as there may be."),
    HTTP_ANSWERS(
            "weir.http.answers", "HTTP answers on the clients' port, by status; 101 begins a WebSocket connection."),
    RECEIVED("weir.received", "bytes", "Messages received over WebSockets, without their frames' heads."),
    SENT("weir.sent", "bytes", "Messages sent over WebSockets, with their frames' heads."),
    ERRORS("weir.errors", "Errors told to WebSocket clients, by code."),

    RELAY_REQUESTS("weir.relay.requests", "Requests to relay that ended, by outcome: relayed, or why not."),
    RELAY_UPSTREAM(
            "weir.relay.upstream",
            "From asking the upstream, with the wait for a connection, until the head of its answer."),
    RELAY_CANCEL(
            "weir.relay.cancel", "From a decision to stop a relayed reply until the upstream's connection was closed."),

    LEDGER_WRITTEN("weir.ledger.written", "Ledger entries made durable."),
    LEDGER_DROPPED(
            "weir.ledger.dropped", "Ledger entries lost because the queue was full or they could not be written."),
    LEDGER_FAILURES("weir.ledger.failures", "Groups of ledger entries that could not be written."),
    LEDGER_WAITING("weir.ledger.waiting", "Ledger entries that wait to be written."),
    LEDGER_HELD("weir.ledger.held", "bytes", "What the ledger entries that wait hold."),
    LEDGER_DELAY("weir.ledger.delay", "From handing over the oldest entry of a group to its being durable."),
    REVIEWS("weir.reviews", "Reviews by what became of them."),

    WEIGHTS_VERSION("weir.weights.version", "Version of the weights in force."),
    LEARNING_FROZEN("weir.learning.frozen", "1 while nothing learned is published."),
    LEARNING_ALARM("weir.learning.alarm", "1 while learning is frozen because too many stops were reviewed as wrong."),
    CERTIFICATE_CERTIFIED("weir.certificate.certified", "1 when the false-stop rate is certified."),
    CERTIFICATE_REVIEWS_NEEDED(
            "weir.certificate.reviews.needed", "Reviews of stops until it is certified, all of them right."),
    CERTIFICATE_BOUND("weir.certificate.bound", "Below this is the rate of false stops, at 95 %."),

    UNPROTECTED_ROUTES(
            "weir.unprotected.routes",
            "Ways on which the last examination's canaries came through, or harmless text did not; NaN before it."),

    SPANS_ENDED("weir.spans.ended", "Spans to be exported, where traces are on."),
    SPANS_EXPORTED("weir.spans.exported", "Spans that the collector took."),
    SPANS_FAILED("weir.spans.failed", "Spans that could not be exported.");

    /** Of a decision: from below what a token costs to where every reader has noticed. */
    private static final Duration[] LATENCY_BUCKETS = Stream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private static final double[] LENGTH_BUCKETS = {1, 8, 32, 128, 512, 2_048, 8_192};

    private final String id;
    private final String unit;
    private final String sentence;

    Metric(String id, String sentence) {
        this(id, "", sentence);
    }

    Metric(String id, String unit, String sentence) {
        this.id = id;
        this.unit = unit;
        this.sentence = sentence;
    }

    /** With dots, and without the unit. */
    public String id() {
        return id;
    }

    /** @param labels names and values in turn */
    Counter counter(MeterRegistry registry, String... labels) {
        return Counter.builder(id)
                .description(sentence)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(labels)
                .register(registry);
    }

    /** Read from {@code source} whenever metrics are; it must live as long as the server. */
    <T> void counter(MeterRegistry registry, T source, ToDoubleFunction<T> count, String... labels) {
        FunctionCounter.builder(id, source, count)
                .description(sentence)
                .tags(labels)
                .register(registry);
    }

    /** In place of the one with the same labels, whose owner may have been restarted. */
    void gauge(MeterRegistry registry, Supplier<Number> value, String... labels) {
        registry.find(id).tags(labels).gauges().forEach(registry::remove);
        Gauge.builder(id, value)
                .description(sentence)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(labels)
                .register(registry);
    }

    /** Shows none of it from now on. */
    void withdraw(MeterRegistry registry) {
        registry.find(id).meters().forEach(registry::remove);
    }

    /** Shown in buckets, which can be added up over servers. */
    Timer latency(MeterRegistry registry, String... labels) {
        return Timer.builder(id)
                .description(sentence)
                .serviceLevelObjectives(LATENCY_BUCKETS)
                .tags(labels)
                .register(registry);
    }

    /** Shown in buckets, as {@link #latency}. */
    DistributionSummary length(MeterRegistry registry, String... labels) {
        return DistributionSummary.builder(id)
                .description(sentence)
                .baseUnit(unit)
                .serviceLevelObjectives(LENGTH_BUCKETS)
                .tags(labels)
                .register(registry);
    }

    /** Shown by its median and 99th percentile of late. */
    Timer duration(MeterRegistry registry, String... labels) {
        return Timer.builder(id)
                .description(sentence)
                .publishPercentiles(0.5, 0.99)
                .tags(labels)
                .register(registry);
    }

    /** @param percentiles of late that are shown; none for the mean alone */
    DistributionSummary summary(MeterRegistry registry, double[] percentiles, String... labels) {
        return DistributionSummary.builder(id)
                .description(sentence)
                .publishPercentiles(percentiles)
                .tags(labels)
                .register(registry);
    }
}
