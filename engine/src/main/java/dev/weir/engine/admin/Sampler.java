package dev.weir.engine.admin;

import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.live.LiveStreams;
import dev.weir.engine.overload.QueueLoad;
import dev.weir.models.Category;
import io.micrometer.core.instrument.Gauge;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at the server; one for all who watch. Not thread-safe. */
final class Sampler {

    private static final int RISKIEST = 12;
    private static final int NEWEST = 6;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Meters meters;
    private final Supplier<EnsembleSnapshot> ensemble;
    private final LiveStreams live;
    private final Clock clock;
    private long lastMillis;

    Sampler(Meters meters, Supplier<EnsembleSnapshot> ensemble, LiveStreams live, Clock clock) {
        this.meters = meters;
        this.ensemble = ensemble;
        this.live = live;
        this.clock = clock;
        this.lastMillis = clock.millis();
    }

    Sample take() {
        long now = clock.millis();
        meters.sinceLast((now - lastMillis) / 1e3);
        lastMillis = now;
        return new Sample(
                numbers(now),
                live.sample(RISKIEST, NEWEST).stream()
                        .map(view -> Sample.Live.of(view, now))
                        .toList(),
                live.stops().stream().map(Sample.Stop::of).toList());
    }

    private Sample.Numbers numbers(long now) {
        EnsembleSnapshot snapshot = ensemble.get();
        int level = (int) known(meters.gauge("weir.overload.level"));
        return new Sample.Numbers(
                now,
                (int) known(meters.gauge("weir.streams.open")),
                meters.rate("weir.streams.opened"),
                meters.rates("weir.streams.ended", "outcome"),
                meters.rate("weir.streams.refused"),
                meters.rate("weir.tokens.decided"),
                meters.rates("weir.decisions", "action"),
                latency(),
                level,
                (int) known(meters.gauge("weir.connections.open")),
                meters.rate("weir.ledger.dropped"),
                meters.rate("weir.streams.unscored"),
                unprotected(),
                known(meters.gauge("process.cpu.usage")) * known(meters.gauge("system.cpu.count")),
                heapMiB(),
                snapshot.version().number(),
                experts(snapshot));
    }

    private @Nullable Integer unprotected() {
        double found = meters.gauge("weir.unprotected.routes");
        return Double.isNaN(found) ? null : (int) found;
    }

    private Map<String, Double> latency() {
        Map<String, Double> latency = new LinkedHashMap<>();
        double[] millis = meters.percentiles("weir.decision.latency", 0.5, 0.9, 0.99);
        if (!Double.isNaN(millis[0])) {
            latency.put("p50", millis[0]);
            latency.put("p90", millis[1]);
            latency.put("p99", millis[2]);
        }
        return latency;
    }

    private double heapMiB() {
        return meters.gauges("jvm.memory.used", "area", "heap").stream()
                        .mapToDouble(Gauge::value)
                        .sum()
                / (1 << 20);
    }

    private List<Sample.Expert> experts(EnsembleSnapshot snapshot) {
        List<Sample.Expert> experts = new ArrayList<>();
        snapshot.ngrams().forEach(expert -> experts.add(expert(snapshot, expert.name(), "n-gram", true, null)));
        snapshot.streaming()
                .forEach(member -> experts.add(
                        expert(snapshot, member.expert().name(), "streaming", member.awake(), member.load())));
        snapshot.windowed()
                .forEach(member -> experts.add(
                        expert(snapshot, member.expert().name(), "windowed", member.awake(), member.load())));
        return experts;
    }

    /** @param load null for one without a queue */
    private Sample.Expert expert(
            EnsembleSnapshot snapshot, String name, String kind, boolean awake, @Nullable QueueLoad load) {
        boolean overslept = meters.functionRate("weir.positions.asleep", "expert", name) > 0;
        Meters.Recent rows = meters.summary("weir.batch.rows", "expert", name);
        return new Sample.Expert(
                name,
                kind,
                !awake ? "broken" : overslept ? "asleep" : "awake",
                sessions(name),
                snapshot.weights().of(name, Category.OTHER),
                rows.perSecond(),
                orNull(rows.mean()),
                orNull(meters.timer("weir.batch.queue.delay", "expert", name).mean()),
                orNull(meters.timer("weir.batch.service", "expert", name).mean()),
                load == null ? 0 : load.waitNanos() / NANOS_PER_MILLI,
                meters.rate("weir.expert.failures", "expert", name));
    }

    private Map<String, Integer> sessions(String expert) {
        Map<String, Integer> sessions = new TreeMap<>();
        meters.gauges("weir.expert.sessions", "expert", expert)
                .forEach(gauge -> sessions.put(String.valueOf(gauge.getId().getTag("device")), (int) gauge.value()));
        return sessions;
    }

    private static @Nullable Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static double known(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
