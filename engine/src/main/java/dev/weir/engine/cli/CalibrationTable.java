package dev.weir.engine.cli;

import dev.weir.engine.calibration.BudgetCalibration;
import dev.weir.engine.calibration.BudgetThresholds;
import dev.weir.engine.calibration.FalseStopBudget;
import dev.weir.engine.calibration.HeldOutStops;
import dev.weir.engine.calibration.PromptStops;
import dev.weir.engine.calibration.PromptThreshold;
import dev.weir.engine.calibration.Question;
import dev.weir.engine.calibration.Redraws;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.evaluation.Proportion;
import java.util.List;
import java.util.Locale;

/** A calibration and what it does to other clean texts, as tables for people. Shares are in per cent. */
final class CalibrationTable {

    private final StringBuilder table = new StringBuilder();

    /** Everything written so far. */
    @Override
    public String toString() {
        return table.toString();
    }

    void calibration(String policy, BudgetCalibration calibration) {
        line(
                "policy %s: %d clean replies to %d questions, %d set the shape, %d the level",
                policy,
                calibration.shape() + calibration.level(),
                calibration.questions(),
                calibration.shape(),
                calibration.level());
        line("");
        line("%8s %8s %8s %8s %8s", "alpha %", "n", "k", "tau", "stops");
        for (BudgetThresholds found : calibration.calibrated()) {
            line(
                    "%8s %8d %8d %8.3f %8d",
                    percent(found.budget().alpha()), found.streams(), found.order(), found.level(), found.levelStops());
        }
        for (FalseStopBudget refused : calibration.refused()) {
            line("%8s %s", percent(refused.alpha()), "refused: " + tooFew(refused, calibration.level()));
        }
    }

    /** Why a budget cannot be promised. */
    static String tooFew(FalseStopBudget budget, int level) {
        return String.format(
                Locale.ROOT,
                "%d clean replies to set the level (expected: at least %d, of about %d in all, for alpha %s %%)",
                level,
                budget.neededStreams(),
                Question.streamsForLevel(budget.neededStreams()),
                percent(budget.alpha()));
    }

    void thresholds(BudgetThresholds found, PositionBands bands) {
        line("");
        StringBuilder head = new StringBuilder(String.format(
                Locale.ROOT, "%-24s", "alpha " + percent(found.budget().alpha()) + " %, tokens:"));
        bands.names().forEach(name -> head.append(String.format(Locale.ROOT, " %10s", name)));
        line("%s", head);
        found.thresholds().forEach((category, threshold) -> {
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-24s", category.wireName()));
            threshold.risks().forEach(risk -> row.append(String.format(Locale.ROOT, " %10.4f", risk)));
            line("%s", row);
        });
    }

    void heldOut(List<HeldOutStops> heldOut) {
        line("");
        line(
                "%8s %-12s %8s %8s  %-20s %8s %8s",
                "alpha %", "final tokens", "replies", "stops", "false stops %", "p", "Holm");
        for (HeldOutStops stops : heldOut) {
            rate(stops.alpha(), stops.all());
            stops.lengths().forEach(rate -> rate(stops.alpha(), rate));
        }
    }

    private void rate(double alpha, HeldOutStops.Rate rate) {
        Proportion stops = rate.falseStops();
        Double holm = rate.holm();
        line(
                "%8s %-12s %8d %8d  %-20s %8.3f %8s%s",
                percent(alpha),
                rate.tokens(),
                stops.trials(),
                stops.successes(),
                interval(stops),
                rate.pValue(),
                holm == null ? "" : String.format(Locale.ROOT, "%.3f", holm),
                rate.isSignificantlyAbove() ? "  above" : "");
    }

    /** Budgets that half of the replies are too few for are left out. */
    void redraws(List<Redraws> redraws) {
        if (redraws.isEmpty()) {
            return;
        }
        line("");
        line(
                "of %d calibrations drawn again from all of these replies (at most %d expected to break a 95 %% promise):",
                Redraws.CALIBRATIONS, Redraws.MOST_BROKEN);
        line("%8s %8s %8s %10s %10s %10s", "alpha %", "n", "broken", "n (halves)", "broken", "above");
        for (Redraws drawn : redraws) {
            line(
                    "%8s %8d %8d %10d %10d %10d",
                    percent(drawn.alpha()),
                    drawn.level(),
                    drawn.broken(),
                    drawn.halfLevel(),
                    drawn.brokenOnHalves(),
                    drawn.aboveOnHalves());
        }
    }

    /** @param stops of each calibrated threshold, in the same order */
    void prompts(BudgetCalibration calibration, List<PromptStops> stops) {
        line("");
        if (stops.isEmpty()) {
            line(
                    "%d clean prompts are too few for any budget: prompts are stopped from a typed risk",
                    calibration.prompts());
            return;
        }
        line(
                "%8s %8s %8s %8s  %-20s %s",
                "alpha %", "prompts", "k", "stop at", "false stops %", "replies it would stop");
        for (int i = 0; i < stops.size(); i++) {
            PromptThreshold threshold = calibration.promptThresholds().get(i);
            Proportion falseStops = stops.get(i).falseStops();
            line(
                    "%8s %8d %8d %8.4f  %-20s %d",
                    percent(threshold.budget().alpha()),
                    threshold.prompts(),
                    threshold.order(),
                    threshold.stopAt(),
                    falseStops == null ? "-" : interval(falseStops),
                    stops.get(i).cleanReplies());
        }
    }

    private static String interval(Proportion share) {
        return String.format(
                Locale.ROOT, "%.2f [%.2f, %.2f]", 100 * share.share(), 100 * share.low(), 100 * share.high());
    }

    private static String percent(double share) {
        String shown = String.format(Locale.ROOT, "%.3f", 100 * share);
        return shown.replaceFirst("\\.?0+$", "");
    }

    private void line(String format, Object... values) {
        table.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
