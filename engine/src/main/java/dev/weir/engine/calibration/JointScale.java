package dev.weir.engine.calibration;

import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.decision.Threshold;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * One number for a whole stream: how rare its rarest moment is, over all categories that can stop it and all positions it
 * reached. One level of that number is a threshold for every category and band at once, so a budget needs no division
 * among them (no Bonferroni loss), and streams that alarm several categories are counted once.
 *
 * <p>Each category and band has a {@link TailScale} of its own. A band adds ln 2 to what the one before it asks: a long text
 * passes through all of them, and without this its risk of a false stop would grow by as much with each; with it, the
 * bands after the first together spend no more than the first. A child category adds ln 16: its harm raises the parent as
 * well, whose vote is the better one, so the children together should spend less of the budget than the parent; a child
 * that is surer than its parent still stops.
 */
public final class JointScale {

    private static final double LATER_BAND_NATS = Math.log(2);
    private static final double CHILD_NATS = Math.log(16);

    /** A band that fewer streams reach is measured together with the one before it. */
    private static final int ENOUGH = 200;

    /** Added to a threshold in log-odds, so that a stream exactly at the level is not stopped by a rounding. */
    private static final double ABOVE = 1e-8;

    private final PositionBands bands;
    private final Map<Category, List<TailScale>> scales = new EnumMap<>(Category.class);

    private JointScale(PositionBands bands) {
        this.bands = bands;
    }

    /**
     * @param streams clean ones that set the shape of the thresholds; not among those that set their level
     * @param categories that can stop a stream
     */
    public static JointScale of(List<StreamMaxima> streams, Set<Category> categories, PositionBands bands) {
        JointScale joint = new JointScale(bands);
        for (Category category : categories) {
            List<TailScale> scales = new ArrayList<>();
            double[] before = {};
            for (int band = 0; band < bands.count(); band++) {
                int at = band;
                double[] reached = streams.stream()
                        .filter(stream -> stream.reaches(at))
                        .mapToDouble(stream -> stream.at(category, at))
                        .toArray();
                before = reached.length >= ENOUGH
                        ? reached
                        : DoubleStream.concat(DoubleStream.of(reached), DoubleStream.of(before))
                                .toArray();
                scales.add(TailScale.of(before));
            }
            joint.scales.put(category, scales);
        }
        return joint;
    }

    /** In nats; minus infinity for a stream of which nothing was decided. */
    public double of(StreamMaxima stream) {
        double rarest = Double.NEGATIVE_INFINITY;
        for (Map.Entry<Category, List<TailScale>> entry : scales.entrySet()) {
            for (int band = 0; band < bands.count(); band++) {
                if (stream.reaches(band)) {
                    double nats = entry.getValue().get(band).natsOf(stream.at(entry.getKey(), band));
                    rarest = Math.max(rarest, nats - asked(entry.getKey(), band));
                }
            }
        }
        return rarest;
    }

    /** Thresholds that a stream reaches somewhere only if it is rarer than {@code level}, in nats. */
    public Map<Category, Threshold> thresholds(double level) {
        Map<Category, Threshold> thresholds = new EnumMap<>(Category.class);
        scales.forEach((category, byBand) -> {
            List<Double> risks = new ArrayList<>();
            for (int band = 0; band < bands.count(); band++) {
                risks.add(risk(byBand.get(band).logOddsOf(level + asked(category, band)) + ABOVE));
            }
            thresholds.put(category, new Threshold(bands, risks));
        });
        return thresholds;
    }

    /** How much rarer than the level a moment has to be here. */
    private static double asked(Category category, int band) {
        return band * LATER_BAND_NATS + (category == Category.OTHER ? 0 : CHILD_NATS);
    }

    /** 1, which is never reached, from where risks are no longer told apart. */
    private static double risk(double logOdds) {
        return logOdds >= StreamMaxima.LIMIT ? 1 : LogOdds.toProbability(Math.max(logOdds, -StreamMaxima.LIMIT));
    }
}
