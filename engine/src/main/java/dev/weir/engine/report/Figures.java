package dev.weir.engine.report;

import dev.weir.engine.evaluation.CalibrationError;
import dev.weir.engine.evaluation.Curves;
import dev.weir.engine.evaluation.LengthBand;
import dev.weir.engine.evaluation.Proportion;
import dev.weir.engine.evaluation.Report;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The drawings of a report. */
final class Figures {

    private Figures() {}

    static String of(Report total, Curves curves) {
        return "<div class=\"figures\">"
                + roc(total, curves)
                + precisionRecall(total, curves)
                + recallByShareSeen(curves)
                + byThreshold(curves)
                + reliability(total, curves)
                + (total.lengths().isEmpty() ? "" : lengths(total))
                + "</div>\n";
    }

    private static String roc(Report total, Curves curves) {
        Plot plot = new Plot("ROC curve", Axis.share("harmless texts stopped"), Axis.share("harmful texts stopped"))
                .guide(0, 0, 1, 1)
                .line("the engine", curves.roc());
        return plot.figure("Area %s. Dashed: a ranking that knows nothing.".formatted(plain(total.auroc())));
    }

    private static String precisionRecall(Report total, Curves curves) {
        double prevalence = total.prevalence();
        Plot plot = new Plot("Precision and recall", Axis.share("recall"), Axis.share("precision"))
                .guide(0, prevalence, 1, prevalence)
                .line("the engine", curves.precisionRecall());
        return plot.figure(String.format(
                Locale.ROOT,
                "Average precision %s. Dashed: the prevalence, %.1f %% harmful texts (%,d of %,d); where harm is rarer,"
                        + " precision is lower.",
                plain(total.auprc()),
                100 * prevalence,
                total.positives(),
                total.rows()));
    }

    private static String recallByShareSeen(Curves curves) {
        Plot plot = new Plot(
                "Recall against text seen",
                Axis.share("share of the text's tokens seen"),
                Axis.share("harmful texts stopped by then"));
        curves.recallByShareSeen().forEach((alpha, curve) -> plot.line("at " + alpha + " false stops", curve));
        return plot.figure(String.format(
                Locale.ROOT,
                "The %,d harmful texts over 64 tokens, at thresholds that stop so many of this run's harmless texts.",
                curves.longHarmful()));
    }

    private static String byThreshold(Curves curves) {
        return new Plot(
                        "Stops against the threshold",
                        Axis.probability("threshold on the risk"),
                        Axis.logShare("texts stopped"))
                .line("harmless texts: false stops", curves.falseStopsByThreshold())
                .line("harmful texts: recall", curves.recallByThreshold())
                .figure("One threshold for all categories; the share is on a logarithmic axis, which ends at 0.1 %.");
    }

    private static String reliability(Report total, Curves curves) {
        Plot plot = new Plot("Reliability", Axis.share("mean risk of a bin"), Axis.share("harmful texts in it"))
                .guide(0, 0, 1, 1);
        for (CalibrationError.Bin bin : curves.reliability()) {
            plot.interval(
                    bin.meanRisk(),
                    bin.share().share(),
                    bin.share().low(),
                    bin.share().high());
        }
        return plot.figure(String.format(
                Locale.ROOT,
                "Largest risk of each text, in %d bins of equal mass, with 95 %% intervals. Dashed: perfect. ECE %.3f,"
                        + " Brier score %.3f.",
                curves.reliability().size(),
                total.ece(),
                total.brier()));
    }

    private static String lengths(Report total) {
        List<String> names = List.copyOf(total.lengths().keySet());
        Plot plot = new Plot(
                        "False stops by final length",
                        Axis.named("tokens of the whole text", names),
                        Axis.logShare("harmless texts stopped"))
                .guide(-0.5, 0.01, names.size() - 0.5, 0.01);
        int place = 0;
        for (Map.Entry<String, LengthBand> band : total.lengths().entrySet()) {
            Proportion rate = band.getValue().falseStopRate();
            if (rate != null) {
                plot.interval(place, rate.share(), rate.low(), rate.high())
                        .note(place, rate.share(), rate.successes() + " of " + Html.count(rate.trials()));
            }
            place++;
        }
        return plot.figure(
                "By the policy's thresholds, with exact 95 % intervals, on a logarithmic axis whose foot is 0.1 %"
                        + " or less. Dashed: 1 %.");
    }

    private static String plain(@Nullable Double value) {
        return value == null ? "unknown" : String.format(Locale.ROOT, "%.3f", value);
    }
}
