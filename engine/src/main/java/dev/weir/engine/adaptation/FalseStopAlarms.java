package dev.weir.engine.adaptation;

import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.learning.FalseStopAlarm;
import dev.weir.engine.ledger.ReviewedDecision;
import dev.weir.engine.ledger.ReviewedDecision.Label;
import dev.weir.engine.ledger.StreamRecord;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** An alarm for each policy with a budget, about one version of the weights. Not thread-safe. */
final class FalseStopAlarms {

    private final Collection<StopThresholds> policies;
    private final double alarmAt;
    private final Map<String, FalseStopAlarm> alarms = new TreeMap<>(); // by policy, as receipts name it
    private final Set<String> wrongStops = new HashSet<>();
    private long version;

    /**
     * @param alarmAt streams between two false alarms on average, at least
     * @param version of the weights; what was decided under others does not count
     */
    FalseStopAlarms(Collection<StopThresholds> policies, double alarmAt, long version) {
        this.policies = policies;
        this.alarmAt = alarmAt;
        this.version = version;
    }

    /** Begins anew, about another version. */
    void watch(long newVersion) {
        version = newVersion;
        alarms.clear();
        wrongStops.clear();
    }

    /** A stream in monitor mode is never stopped and counts for nothing. */
    void ended(StreamRecord stream) {
        if (stream.weights() == version && !stream.mode().equals("monitor")) {
            alarm(stream.policy()).ifPresent(FalseStopAlarm::passed);
        }
    }

    /** @return the policy that stops too many wrongly, if this review says so */
    Optional<String> reviewed(ReviewedDecision decision) {
        String policy = decision.receipt().policy();
        boolean wrong = decision.receipt().kind().equals("stop")
                && decision.receipt().ensemble() == version
                && decision.label() == Label.HARMLESS;
        if (!wrong || !wrongStops.add(decision.receipt().id())) {
            return Optional.empty();
        }
        Optional<FalseStopAlarm> alarm = alarm(policy);
        alarm.ifPresent(one -> one.stoppedWrongly(1));
        return alarm.filter(FalseStopAlarm::sounds).map(one -> policy);
    }

    /** Evidence by policy. */
    Map<String, Double> evidence() {
        Map<String, Double> evidence = new TreeMap<>();
        alarms.forEach((policy, alarm) -> evidence.put(policy, alarm.evidence()));
        return evidence;
    }

    private Optional<FalseStopAlarm> alarm(String policy) {
        return policies.stream()
                .filter(thresholds -> thresholds.policy().id().equals(policy))
                .flatMap(thresholds -> thresholds.budget().stream())
                .findFirst()
                .map(budget -> alarms.computeIfAbsent(policy, name -> new FalseStopAlarm(budget.alpha(), alarmAt)));
    }
}
