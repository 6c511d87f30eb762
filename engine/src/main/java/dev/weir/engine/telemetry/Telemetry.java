package dev.weir.engine.telemetry;

import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the engine says about itself; {@link Metric} defines each metric. Counts, times and ids of our own only: no text,
 * and nothing a client chose, ever becomes a label. Safe from any thread.
 */
public final class Telemetry implements AutoCloseable {

    private final MeterRegistry registry;
    private final Counter streamsOpened;
    private final Counter streamsCoarse;
    private final Counter tokensDecided;
    private final Timer promptLatency;
    private final Timer relayUpstream;
    private final Timer relayCancel;
    private final Map<Mode, ModeMeters> modes = new EnumMap<>(Mode.class);
    private final ConcurrentHashMap<String, ExpertMeters> experts = new ConcurrentHashMap<>();
    private final GatewayMeters gateway;
    private final LedgerMeters ledger;
    private final Spans spans;

    /** Without spans. */
    public Telemetry(MeterRegistry registry) {
        this(registry, Spans.NONE);
    }

    /** @param version of this program, as spans name it */
    public static Telemetry open(MeterRegistry registry, SpanSettings spans, String version) {
        return new Telemetry(registry, spans.isOn() ? new OtlpSpans(spans, version, registry) : Spans.NONE);
    }

    private Telemetry(MeterRegistry registry, Spans spans) {
        this.registry = registry;
        this.spans = spans;
        this.streamsOpened = Metric.STREAMS_OPENED.counter(registry);
        this.streamsCoarse = Metric.STREAMS_COARSE.counter(registry);
        this.tokensDecided = Metric.TOKENS_DECIDED.counter(registry);
        this.promptLatency = Metric.PROMPT_LATENCY.latency(registry);
        this.relayUpstream = Metric.RELAY_UPSTREAM.latency(registry);
        this.relayCancel = Metric.RELAY_CANCEL.duration(registry);
        for (Mode mode : Mode.values()) {
            modes.put(mode, new ModeMeters(registry, mode));
        }
        this.gateway = new GatewayMeters(registry);
        this.ledger = new LedgerMeters(registry);
    }

    public Spans spans() {
        return spans;
    }

    /** Sends the spans that wait. */
    @Override
    public void close() {
        spans.close();
    }

    public GatewayMeters gateway() {
        return gateway;
    }

    public LedgerMeters ledger() {
        return ledger;
    }

    public ModeMeters of(Mode mode) {
        return Objects.requireNonNull(modes.get(mode));
    }

    public void streamOpened() {
        streamsOpened.increment();
    }

    public void promptDecided(long nanos) {
        promptLatency.record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * @param outcome how it ended: pass, flagged, stopped, cancelled, abandoned, or an error's code
     * @param policy its name
     * @param stoppedFor null for a stream that was not stopped
     */
    public void streamEnded(String outcome, Mode mode, String policy, @Nullable Category stoppedFor) {
        Metric.STREAMS_ENDED
                .counter(
                        registry,
                        "outcome",
                        outcome,
                        "mode",
                        mode.wireName(),
                        "policy",
                        policy,
                        "category",
                        stoppedFor == null ? "none" : stoppedFor.wireName())
                .increment();
    }

    /** A policy requires this expert: what it leaves unscored is counted from zero. */
    public void required(String expert) {
        Metric.STREAMS_UNSCORED.counter(registry, "expert", expert);
    }

    /** @param expert required by the policy, and without a vote on some of the text */
    public void endedUnscored(String expert) {
        Metric.STREAMS_UNSCORED.counter(registry, "expert", expert).increment();
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
        asleep.forEach(expert ->
                Metric.STREAMS_ASLEEP.counter(registry, "expert", expert).increment());
    }

    /** @param code what the client was told */
    public void streamRefused(ErrorCode code) {
        gateway.openRefused(code);
    }

    /** @param outcome what a request to relay came to: relayed, prompt_stopped, abandoned, upstream_error, or an error's code */
    public void relayed(String outcome) {
        Metric.RELAY_REQUESTS.counter(registry, "outcome", outcome).increment();
    }

    /** @param nanos from asking the upstream until the head of its answer */
    public void upstreamBegan(long nanos) {
        relayUpstream.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** @param nanos from the decision until the connection to the upstream was closed */
    public void upstreamCancelled(long nanos) {
        relayCancel.record(nanos, TimeUnit.NANOSECONDS);
    }

    public void decided(Action action, Category category) {
        Metric.DECISIONS
                .counter(registry, "action", action.name().toLowerCase(Locale.ROOT), "category", category.wireName())
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
        List<String> names = List.copyOf(experts.keySet());
        experts.values().forEach(meters -> meters.removeFrom(registry));
        experts.clear();
        names.forEach(this::meters);
    }

    public void sessionOpened(String expert) {
        meters(expert).opened.increment();
    }

    public void runFailed(String expert) {
        meters(expert).failures.increment();
    }

    /**
     * Registers a value that is read whenever metrics are.
     *
     * @param labels names and values in turn
     */
    public void gauge(Metric metric, Supplier<Number> value, String... labels) {
        metric.gauge(registry, value, labels);
    }

    /** Shows none of its values from now on. */
    public void withdraw(Metric metric) {
        metric.withdraw(registry);
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
        gauge(Metric.CERTIFICATE_CERTIFIED, certified, "policy", policy);
        gauge(Metric.CERTIFICATE_REVIEWS_NEEDED, reviewsNeeded, "policy", policy);
        gauge(Metric.CERTIFICATE_BOUND, bound, "policy", policy);
    }

    /**
     * What overload left out for one expert, from zero on; read from {@code overload}, which must live as long as the server.
     *
     * @param coarse positions left to a later window
     * @param asleep positions left out
     */
    public <T> void overloadCounters(
            String expert, T overload, ToDoubleFunction<T> coarse, ToDoubleFunction<T> asleep) {
        Metric.POSITIONS_COARSE.counter(registry, overload, coarse, "expert", expert);
        Metric.POSITIONS_ASLEEP.counter(registry, overload, asleep, "expert", expert);
        Metric.STREAMS_ASLEEP.counter(registry, "expert", expert);
    }

    private ExpertMeters meters(String expert) {
        return experts.computeIfAbsent(expert, name -> new ExpertMeters(registry, name));
    }
}
