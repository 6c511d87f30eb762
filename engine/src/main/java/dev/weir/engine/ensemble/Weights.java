package dev.weir.engine.ensemble;

import dev.weir.models.Category;
import java.util.Map;

/**
 * How far each expert is trusted on each category; one immutable version. Weights are relative: a mixture divides by the
 * sum of those that voted.
 *
 * @param version grows by one with each change
 * @param byExpert weight above 0 on every category, by the expert's name
 */
public record Weights(long version, Map<String, Double> byExpert) {

    /** What an expert weighs that no setting names. */
    public static final double DEFAULT = 1;

    public Weights {
        byExpert = Map.copyOf(byExpert);
    }

    /** Above 0. */
    public double of(String expert, Category category) {
        return byExpert.getOrDefault(expert, DEFAULT);
    }
}
