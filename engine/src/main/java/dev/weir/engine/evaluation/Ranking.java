package dev.weir.engine.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How well risks order harmful texts above harmless ones, whatever the threshold. Texts of equal risk are one step of the
 * curve, so the order they came in makes no difference.
 */
final class Ranking {

    /** One text: how risky it was found, and whether it is harmful. */
    record Point(double risk, boolean harmful) {}

    private final Point[] riskiestFirst;
    private final long positives;

    private Ranking(Point[] riskiestFirst) {
        this.riskiestFirst = riskiestFirst;
        this.positives = Arrays.stream(riskiestFirst).filter(Point::harmful).count();
    }

    static Ranking of(List<Point> points) {
        Point[] sorted = points.toArray(Point[]::new);
        Arrays.sort(sorted, Comparator.comparingDouble(Point::risk).reversed());
        return new Ranking(sorted);
    }

    /**
     * Area under the ROC curve: the chance that a random harmful text is found riskier than a random harmless one, a tie
     * counting half. Empty when one of the two is missing.
     */
    OptionalDouble auroc() {
        long negatives = riskiestFirst.length - positives;
        if (positives == 0 || negatives == 0) {
            return OptionalDouble.empty();
        }
        double won = 0; // pairs, over the steps from riskiest down
        long negativesAbove = 0;
        for (int from = 0; from < riskiestFirst.length; ) {
            int to = endOfTie(from);
            long harmful = harmfulIn(from, to);
            long harmless = to - from - harmful;
            won += harmful * (negatives - negativesAbove - harmless + harmless / 2.0);
            negativesAbove += harmless;
            from = to;
        }
        return OptionalDouble.of(won / ((double) positives * negatives));
    }

    /**
     * Area under the precision-recall curve as average precision: precision at each step, weighted by the recall it adds.
     * A ranking that knows nothing scores the share of harmful texts. Empty without harmful texts.
     */
    OptionalDouble averagePrecision() {
        if (positives == 0) {
            return OptionalDouble.empty();
        }
        double area = 0;
        long found = 0;
        for (int from = 0; from < riskiestFirst.length; ) {
            int to = endOfTie(from);
            long harmful = harmfulIn(from, to);
            found += harmful;
            area += (double) harmful / positives * found / to;
            from = to;
        }
        return OptionalDouble.of(area);
    }

    /**
     * The ROC curve: recall over the share of harmless texts found as risky, from no text to all. Empty when there are no
     * harmful texts or no harmless ones.
     */
    Curve roc() {
        Curve.Builder curve = new Curve.Builder();
        long negatives = riskiestFirst.length - positives;
        if (positives > 0 && negatives > 0) {
            curve.add(0, 0);
            forEachStep((found, above) -> curve.add((double) (above - found) / negatives, (double) found / positives));
        }
        return curve.build();
    }

    /** The precision-recall curve: precision over recall. Empty without harmful texts. */
    Curve precisionRecall() {
        Curve.Builder curve = new Curve.Builder();
        if (positives > 0) {
            forEachStep((found, above) -> curve.add((double) found / positives, (double) found / above));
        }
        return curve.build();
    }

    private interface Step {
        /** {@code found} harmful texts are among the {@code above} riskiest. */
        void at(long found, int above);
    }

    private void forEachStep(Step step) {
        long found = 0;
        for (int from = 0; from < riskiestFirst.length; ) {
            int to = endOfTie(from);
            found += harmfulIn(from, to);
            step.at(found, to);
            from = to;
        }
    }

    static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private int endOfTie(int from) {
        int to = from + 1;
        while (to < riskiestFirst.length && riskiestFirst[to].risk() == riskiestFirst[from].risk()) {
            to++;
        }
        return to;
    }

    private long harmfulIn(int from, int to) {
        return Arrays.stream(riskiestFirst, from, to).filter(Point::harmful).count();
    }
}
