package dev.weir.engine.report;

import dev.weir.engine.evaluation.Curve;
import java.util.ArrayList;
import java.util.List;

/** A page that shows how learned weights went. */
public final class WeightsPage {

    private static final int POINTS = 400;

    private WeightsPage() {}

    /**
     * @param experts at most six
     * @param weights one entry a text, in the order of the experts, at least one
     */
    public static String of(List<String> experts, List<double[]> weights) {
        Plot plot =
                new Plot("Weights over time", Axis.upTo("texts", weights.size()), Axis.share("share of the weights"));
        int step = Math.max(1, weights.size() / POINTS);
        for (int expert = 0; expert < experts.size(); expert++) {
            List<Curve.Point> points = new ArrayList<>();
            for (int text = 0; text < weights.size(); text += step) {
                points.add(new Curve.Point(text, weights.get(text)[expert]));
            }
            plot.line(experts.get(expert), new Curve(points));
        }
        return HtmlReport.page(
                "Weir: weights",
                plot.figure(
                        "What each expert weighs in the mixture of all, before each text. Every step is a label that"
                                + " came."));
    }
}
