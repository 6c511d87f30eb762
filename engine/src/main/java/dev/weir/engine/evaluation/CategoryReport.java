package dev.weir.engine.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How harm of one kind is found, of the texts whose rows name kinds.
 *
 * @param positives harmful texts of this kind
 * @param auroc by the running risk, against the harmless texts of the run
 * @param aurocOfCategory the same by the risk of this category alone; null where no expert votes on it
 * @param recall those the policy stopped, for whatever category
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CategoryReport(
        int positives, @Nullable Double auroc, @Nullable Double aurocOfCategory, Proportion recall) {

    /** By {@link Category#wireName()}, for the kinds that are named. */
    static Map<String, CategoryReport> of(List<Judged> texts, List<Judged> pool) {
        Map<Category, List<Judged>> named = new EnumMap<>(Category.class);
        for (Judged text : texts) {
            if (text.harmful()) {
                Set<Category> categories = text.row().categories();
                categories.forEach(category -> named.computeIfAbsent(category, key -> new ArrayList<>())
                        .add(text));
            }
        }
        Map<String, CategoryReport> reports = new LinkedHashMap<>();
        named.forEach((category, positives) -> reports.put(category.wireName(), of(category, positives, pool)));
        return reports;
    }

    private static CategoryReport of(Category category, List<Judged> positives, List<Judged> pool) {
        int stopped = (int) positives.stream().filter(Judged::stopped).count();
        boolean voted = positives.stream().anyMatch(text -> text.categoryRisks().containsKey(category));
        return new CategoryReport(
                positives.size(),
                Ranking.orNull(auroc(positives, pool, Judged::topRisk)),
                voted
                        ? Ranking.orNull(auroc(
                                positives, pool, text -> text.categoryRisks().getOrDefault(category, 0.0)))
                        : null,
                Proportion.of(stopped, positives.size()));
    }

    private static OptionalDouble auroc(List<Judged> positives, List<Judged> pool, ToDoubleFunction<Judged> risk) {
        List<Ranking.Point> points = new ArrayList<>();
        positives.forEach(text -> points.add(new Ranking.Point(risk.applyAsDouble(text), true)));
        pool.stream()
                .filter(text -> !text.harmful())
                .forEach(text -> points.add(new Ranking.Point(risk.applyAsDouble(text), false)));
        return Ranking.of(points).auroc();
    }
}
