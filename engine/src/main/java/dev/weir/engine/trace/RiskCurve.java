package dev.weir.engine.trace;

import dev.weir.engine.decision.CategoryRule;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Position;
import dev.weir.engine.ensemble.Weights;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.List;

/**
 * The running risk of one category along a recorded reply, beside the threshold it was compared with.
 *
 * @param category whose risk it is
 * @param points in the order of the text; each the riskiest of equally many decisions
 */
public record RiskCurve(String category, List<Point> points) {

    /**
     * @param at code points decided
     * @param risk in [0, 1]
     * @param threshold at which the policy acts, there; 1 for one that is never reached
     */
    public record Point(int at, double risk, double threshold) {}

    public RiskCurve {
        points = List.copyOf(points);
    }

    static RiskCurve of(VoteTrace trace, Policy policy, Weights weights, Category category, int most)
            throws MalformedTraceException {
        CategoryRule rule = policy.rules().get(category);
        List<Point> all = new ArrayList<>();
        Redecision.of(
                trace,
                policy,
                weights,
                (tokens, end, risks) -> all.add(new Point(
                        Position.codePoints(end),
                        risks[category.ordinal()],
                        rule == null ? 1 : rule.threshold().at(tokens))));
        return new RiskCurve(category.wireName(), riskiest(all, most));
    }

    private static List<Point> riskiest(List<Point> all, int most) {
        int stride = Math.ceilDiv(all.size(), most);
        List<Point> kept = new ArrayList<>();
        for (int from = 0; from < all.size(); from += stride) {
            Point riskiest = all.get(from);
            for (Point point : all.subList(from, Math.min(all.size(), from + stride))) {
                riskiest = point.risk() > riskiest.risk() ? point : riskiest;
            }
            kept.add(riskiest);
        }
        return kept;
    }
}
