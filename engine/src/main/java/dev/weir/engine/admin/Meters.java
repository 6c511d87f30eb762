package dev.weir.engine.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The server's metrics as they moved since the last look: counters as rates, summaries as means of what came meanwhile.
 * What was never counted is 0. Not thread-safe.
 */
final class Meters {

    private final MeterRegistry registry;
    private final Map<String, Double> before = new HashMap<>();
    private double seconds = 1;
    private boolean begun;
    /** What was counted before nobody looked for. */
    private boolean first = true;

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Begins a look. */
    void sinceLast(double elapsedSeconds) {
        seconds = Math.max(1e-3, elapsedSeconds);
        first = !begun;
        begun = true;
    }

    /** A second, over all series of the name. */
    double rate(String name) {
        return registry.find(name).counters().stream()
                .mapToDouble(counter -> moved(counter.getId(), counter.count()) / seconds)
                .sum();
    }

    /** A second, by the value of a tag; those that did not move left out. */
    Map<String, Double> rates(String name, String tag) {
        Map<String, Double> rates = new LinkedHashMap<>();
        for (Counter counter : registry.find(name).counters()) {
            double moved = moved(counter.getId(), counter.count());
            if (moved > 0) {
                rates.merge(String.valueOf(counter.getId().getTag(tag)), moved / seconds, Double::sum);
            }
        }
        return rates;
    }

    double functionRate(String name, String tag, String value) {
        FunctionCounter counter = registry.find(name).tag(tag, value).functionCounter();
        return counter == null ? 0 : moved(counter.getId(), counter.count()) / seconds;
    }

    double rate(String name, String tag, String value) {
        Counter counter = registry.find(name).tag(tag, value).counter();
        return counter == null ? 0 : moved(counter.getId(), counter.count()) / seconds;
    }

    /** NaN for one that is not there, or does not know. */
    double gauge(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? Double.NaN : gauge.value();
    }

    Collection<Gauge> gauges(String name, String tag, String value) {
        return registry.find(name).tag(tag, value).gauges();
    }

    /**
     * What came since the last look.
     *
     * @param perSecond how many
     * @param mean NaN where nothing came
     */
    record Recent(double perSecond, double mean) {}

    Recent summary(String name, String tag, String value) {
        DistributionSummary summary = registry.find(name).tag(tag, value).summary();
        return summary == null
                ? new Recent(0, Double.NaN)
                : recent(summary.getId(), (double) summary.count(), summary.totalAmount());
    }

    /** In milliseconds. */
    Recent timer(String name, String tag, String value) {
        Timer timer = registry.find(name).tag(tag, value).timer();
        return timer == null
                ? new Recent(0, Double.NaN)
                : recent(timer.getId(), (double) timer.count(), timer.totalTime(TimeUnit.MILLISECONDS));
    }

    /**
     * Milliseconds within which a share of what came since the last look was done, over all series of the name: as fine as
     * their buckets, and linear inside one. NaN where nothing came.
     */
    double[] percentiles(String name, double... shares) {
        double came = 0;
        SortedMap<Double, Double> within = new TreeMap<>();
        for (Timer timer : registry.find(name).timers()) {
            came += moved(timer.getId(), (double) timer.count());
            for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
                double bound = bucket.bucket(TimeUnit.MILLISECONDS);
                within.merge(bound, moved(timer.getId().withName(name + bound), bucket.count()), Double::sum);
            }
        }
        double[] percentiles = new double[shares.length];
        for (int i = 0; i < shares.length; i++) {
            percentiles[i] = came > 0 ? percentile(within, shares[i] * came) : Double.NaN;
        }
        return percentiles;
    }

    /** @param within how many lie at or below each bound */
    private static double percentile(SortedMap<Double, Double> within, double rank) {
        double bound = 0;
        double below = 0;
        for (Map.Entry<Double, Double> bucket : within.entrySet()) {
            if (bucket.getValue() >= rank) {
                double share = (rank - below) / Math.max(1, bucket.getValue() - below);
                return bound + share * (bucket.getKey() - bound);
            }
            bound = bucket.getKey();
            below = bucket.getValue();
        }
        return bound;
    }

    private Recent recent(Meter.Id id, double count, double total) {
        double moved = moved(id, count);
        double more = moved(id.withName(id.getName() + ".total"), total);
        return new Recent(moved / seconds, moved > 0 ? more / moved : Double.NaN);
    }

    private double moved(Meter.Id id, double now) {
        Double last = before.put(id.getName() + id.getTags(), now);
        return now - (last != null ? last : first ? now : 0);
    }
}
