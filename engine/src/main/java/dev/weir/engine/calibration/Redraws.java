package dev.weir.engine.calibration;

import dev.weir.engine.decision.PositionBands;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * How often the promise is broken when the calibration is done again and again, with other streams of the same kind.
 *
 * @param alpha the budget
 * @param calibrations drawn each way
 * @param level streams that set the level of each, drawn with replacement
 * @param broken of those calibrations, how many stop more than alpha of all streams: here the streams at hand are the
 *     population, so the true rate is known
 * @param halfLevel streams that set the level when one half of the streams calibrates and the other half is counted
 * @param brokenOnHalves of those, how many stop significantly more than alpha of the other half, at 5 %
 * @param aboveOnHalves of those, how many stop more than alpha of it at all, sampling included
 */
public record Redraws(
        double alpha, int calibrations, int level, int broken, int halfLevel, int brokenOnHalves, int aboveOnHalves) {

    public static final int CALIBRATIONS = 200;

    /** Of {@value #CALIBRATIONS} calibrations, what a true 5 % exceeds once in twenty times. */
    public static final int MOST_BROKEN = 15;

    private static final double SHAPE_SHARE = 0.2;

    /**
     * @param streams clean ones
     * @param size of a calibration drawn with replacement
     * @param seed of the draws
     * @return nothing when either way leaves too few streams for the budget
     */
    public static Optional<Redraws> of(
            FalseStopBudget budget,
            List<StreamMaxima> streams,
            int size,
            Set<Category> categories,
            PositionBands bands,
            long seed) {
        Random random = new Random(seed);
        int half = streams.size() / 2;
        int halfLevel = half - shape(half);
        if (budget.order(size - shape(size)).isEmpty()
                || budget.order(halfLevel).isEmpty()) {
            return Optional.empty();
        }
        int broken = 0;
        int brokenOnHalves = 0;
        int aboveOnHalves = 0;
        List<StreamMaxima> shuffled = new ArrayList<>(streams);
        for (int i = 0; i < CALIBRATIONS; i++) {
            List<StreamMaxima> drawn = new ArrayList<>(size);
            for (int j = 0; j < size; j++) {
                drawn.add(streams.get(random.nextInt(streams.size())));
            }
            if (stops(budget, drawn, streams, categories, bands) > budget.alpha() * streams.size()) {
                broken++;
            }
            Collections.shuffle(shuffled, random);
            List<StreamMaxima> counted = shuffled.subList(half, shuffled.size());
            int stops = stops(budget, shuffled.subList(0, half), counted, categories, bands);
            if (stops > budget.alpha() * counted.size()) {
                aboveOnHalves++;
                if (budget.surprise(stops, counted.size()) < budget.delta()) {
                    brokenOnHalves++;
                }
            }
        }
        return Optional.of(new Redraws(
                budget.alpha(), CALIBRATIONS, size - shape(size), broken, halfLevel, brokenOnHalves, aboveOnHalves));
    }

    private static int stops(
            FalseStopBudget budget,
            List<StreamMaxima> calibrating,
            List<StreamMaxima> counted,
            Set<Category> categories,
            PositionBands bands) {
        int shape = shape(calibrating.size());
        JointScale scale = JointScale.of(calibrating.subList(0, shape), categories, bands);
        BudgetThresholds thresholds = BudgetThresholds.of(budget, scale, calibrating.subList(shape, calibrating.size()))
                .orElseThrow();
        return (int) counted.stream().filter(thresholds::stops).count();
    }

    private static int shape(int streams) {
        return (int) (SHAPE_SHARE * streams);
    }
}
