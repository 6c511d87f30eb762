package dev.weir.engine.cli;

import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.decision.Threshold;
import dev.weir.engine.evaluation.Baseline;
import dev.weir.engine.evaluation.Judged;
import dev.weir.engine.evaluation.Staircase;
import dev.weir.models.Category;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps of one text's running risks what thresholds are tried on, and lets the baselines watch the same votes. */
final class Trace implements WholeTexts.Observer {

    private final Map<Category, Threshold> thresholds;
    private final int spanStart;
    private final Staircase risk = new Staircase();
    private final Map<Baseline, Baseline.Statistic> statistics = new EnumMap<>(Baseline.class);
    private final Map<Baseline, Staircase> baselines = new EnumMap<>(Baseline.class);
    private int onsetToken = -1;
    private double topRisk;

    /**
     * @param thresholds of the categories whose risk counts
     * @param spanStart where the annotated harm begins, in code points; -1 when there is none
     * @param withBaselines whether the baselines watch
     */
    Trace(Map<Category, Threshold> thresholds, int spanStart, boolean withBaselines) {
        this.thresholds = Map.copyOf(thresholds);
        this.spanStart = spanStart;
        if (withBaselines) {
            for (Baseline baseline : Baseline.values()) {
                statistics.put(baseline, baseline.start());
                baselines.put(baseline, new Staircase());
            }
        }
    }

    @Override
    public void voted(int tokens, double[] logOdds) {
        double highest = Double.NEGATIVE_INFINITY;
        for (Category category : thresholds.keySet()) {
            double vote = logOdds[category.ordinal()];
            if (vote > highest) { // false where nobody voted, which is NaN
                highest = vote;
            }
        }
        double vote = highest;
        if (vote > Double.NEGATIVE_INFINITY) {
            statistics.forEach((baseline, statistic) ->
                    staircase(baseline).add(tokens, LogOdds.toProbability(statistic.after(vote))));
        }
    }

    @Override
    public void scored(int tokens, int at, double[] risks) {
        if (onsetToken < 0 && spanStart >= 0 && at > spanStart) {
            onsetToken = tokens;
        }
        double highest = 0;
        for (Map.Entry<Category, Threshold> entry : thresholds.entrySet()) {
            double now = risks[entry.getKey().ordinal()];
            topRisk = Math.max(topRisk, now);
            double distance = LogOdds.of(now) - LogOdds.of(entry.getValue().at(tokens));
            highest = Math.max(highest, LogOdds.toProbability(distance));
        }
        risk.add(tokens, highest);
    }

    /** Largest risk so far, in [0, 1]. */
    double topRisk() {
        return topRisk;
    }

    /** The risk against its thresholds: 0.5 is at one of them. */
    Staircase risk() {
        return risk;
    }

    /** Which token, counted from 1, holds the start of the annotated harm; -1 when none does. */
    int onsetToken() {
        return onsetToken;
    }

    /** By name; empty unless the baselines watched. */
    Map<String, Judged.Run> baselines() {
        Map<String, Judged.Run> runs = new LinkedHashMap<>();
        baselines.forEach((baseline, staircase) -> runs.put(baseline.label(), new Judged.Run(staircase, 0)));
        return runs;
    }

    private Staircase staircase(Baseline baseline) {
        return baselines.computeIfAbsent(baseline, key -> new Staircase());
    }
}
