package dev.weir.engine.adaptation;

import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.learning.FalseStopAlarm;
import dev.weir.engine.learning.FalseStopTally;
import dev.weir.engine.learning.FalseStopTally.Standing;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.telemetry.Telemetry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What reviews of stops say about each policy with a budget: that it is kept, as metrics, or that it hardly is. Read by
 * one thread; the metrics are shown to any.
 */
final class ReviewedStops {

    private final Map<String, StopThresholds> policies;
    private final FalseStopTally tally = new FalseStopTally();
    private volatile Map<String, Standing> standings = Map.of(); // by policy

    /** @param policies by name */
    ReviewedStops(Map<String, StopThresholds> policies, Telemetry telemetry) {
        this.policies = policies;
        policies.forEach((name, thresholds) -> {
            if (thresholds.budget().isPresent()) {
                telemetry.certificateGauges(
                        name,
                        () -> value(name, standing -> standing.isCertified() ? 1 : 0),
                        () -> value(name, Standing::reviewsNeeded),
                        () -> value(name, standing -> standing.now().upperBound()));
            }
        });
    }

    /** @param version of the weights in force */
    void read(LedgerReader ledger, long version) {
        tally.read(ledger);
        Map<String, Standing> found = new TreeMap<>();
        policies.forEach((name, thresholds) -> thresholds
                .budget()
                .flatMap(budget -> tally.standings(budget.alpha(), budget.delta()).stream()
                        .filter(standing -> standing.weights() == version
                                && standing.policy().equals(thresholds.policy().id()))
                        .findFirst())
                .ifPresent(standing -> found.put(name, standing)));
        standings = found;
    }

    /** As of the last {@link #read}. */
    List<CertificateReport> reports() {
        return standings.values().stream().map(CertificateReport::of).toList();
    }

    /**
     * An alarm for each policy with a budget, by the policy's name.
     *
     * @param version of the weights; what was decided under others does not count
     */
    Map<String, FalseStopAlarm> alarms(long version, double alarmAt) {
        Map<String, FalseStopAlarm> alarms = new TreeMap<>();
        policies.forEach((name, thresholds) -> thresholds
                .budget()
                .ifPresent(budget ->
                        alarms.put(name, tally.alarm(thresholds.policy().id(), version, budget.alpha(), alarmAt))));
        return alarms;
    }

    /** NaN, which a metric shows as it is, before there is a stream. */
    private Number value(String policy, Function<Standing, Number> of) {
        Standing standing = standings.get(policy);
        return standing == null ? Double.NaN : of.apply(standing);
    }
}
