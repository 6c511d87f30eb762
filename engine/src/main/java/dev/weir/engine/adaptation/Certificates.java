package dev.weir.engine.adaptation;

import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.learning.FalseStopTally;
import dev.weir.engine.learning.FalseStopTally.Standing;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.telemetry.Telemetry;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What reviews of stops certify of each policy with a budget, as metrics. Read by one thread, shown to any. */
final class Certificates {

    private final Map<String, StopThresholds> policies;
    private final FalseStopTally tally = new FalseStopTally();
    private volatile Map<String, Standing> standings = Map.of(); // by policy

    /** @param policies by name */
    Certificates(Map<String, StopThresholds> policies, Telemetry telemetry) {
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

    /** NaN, which a metric shows as it is, before there is a stream. */
    private Number value(String policy, Function<Standing, Number> of) {
        Standing standing = standings.get(policy);
        return standing == null ? Double.NaN : of.apply(standing);
    }
}
