package dev.weir.engine.ensemble;

import dev.weir.models.Category;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far each expert is trusted on each category; one immutable version. Weights are relative: a mixture divides by the
 * sum of those that voted. What was learned for a tenant's category comes before what was learned for the category, and
 * that before what was set for the expert.
 *
 * <p>In ascending order of their keys, so that equal weights are written alike.
 *
 * @param version grows by one with each change; 1 are those of the settings
 * @param byExpert weight at least 0 on every category, by the expert's name
 * @param byCategory weights learned for a category, by the expert's name, on the scale of {@code byExpert}
 * @param byTenant the same for a tenant's category, by the tenant
 */
public record Weights(
        long version,
        Map<String, Double> byExpert,
        Map<Category, Map<String, Double>> byCategory,
        Map<String, Map<Category, Map<String, Double>>> byTenant) {

    /** What an expert weighs that no setting names. */
    public static final double DEFAULT = 1;

    public Weights {
        byExpert = sorted(byExpert);
        byCategory = byCategories(byCategory);
        SortedMap<String, Map<Category, Map<String, Double>>> tenants = new TreeMap<>();
        byTenant.forEach((tenant, categories) -> tenants.put(tenant, byCategories(categories)));
        byTenant = Collections.unmodifiableMap(tenants);
    }

    /** Those of a tenant nothing was learned for. */
    public Weights ofNoTenant() {
        return new Weights(version, byExpert, byCategory, Map.of());
    }

    /** As set, with nothing learned. */
    public Weights(long version, Map<String, Double> byExpert) {
        this(version, byExpert, Map.of(), Map.of());
    }

    /** Those that a tenant's streams are decided with; they hold no other tenant's. */
    public Weights forTenant(String tenant) {
        Map<Category, Map<String, Double>> laidOver = new EnumMap<>(Category.class);
        laidOver.putAll(byCategory);
        laidOver.putAll(byTenant.getOrDefault(tenant, Map.of()));
        return new Weights(version, byExpert, laidOver, Map.of());
    }

    /** At least 0; what no tenant's labels changed. */
    public double of(String expert, Category category) {
        Double learned = byCategory.getOrDefault(category, Map.of()).get(expert);
        return learned != null ? learned : byExpert.getOrDefault(expert, DEFAULT);
    }

    private static Map<String, Double> sorted(Map<String, Double> byExpert) {
        return Collections.unmodifiableMap(new TreeMap<>(byExpert));
    }

    private static Map<Category, Map<String, Double>> byCategories(Map<Category, Map<String, Double>> categories) {
        Map<Category, Map<String, Double>> sorted = new EnumMap<>(Category.class);
        categories.forEach((category, byExpert) -> sorted.put(category, sorted(byExpert)));
        return Collections.unmodifiableMap(sorted);
    }
}
