package dev.weir.engine.learning;

import dev.weir.models.Category;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What reviewed labels say about the experts, for each tenant and category: a learner for everything, one for each
 * category over all tenants, and one for each category of a tenant.
 *
 * <p>A learner that has seen few labels leans on its parent. With n labels its own weights count n / (n + n0), and the
 * parent's, which lean on theirs in the same way, the rest; what is above the learner for everything are the weights that
 * learning began with. So a tenant begins with what its category taught elsewhere, and a category with what all
 * categories taught. The parent of a tenant's category is the category and not the tenant, because which expert is good
 * is more a matter of what it was trained for than of who asks.
 *
 * <p>Each learner makes its own mixture of a text's votes when they are cast and learns from its own mistake, whatever
 * weights were in force. What is learned therefore does not depend on what the cage lets out, and a shadow expert is
 * weighed as if it had its vote.
 */
public final class LearnedWeights {

    /** What three learners made of one text. */
    public record Casts(String tenant, Category category, Cast own, Cast ofCategory, Cast ofAll) {}

    /** One learner and how much it has seen. */
    private static final class Cell {
        final MlProd learner;
        int labels;

        Cell(double[] start, double maxImportance) {
            learner = new MlProd(start, maxImportance);
        }

        void learn(Cast cast, boolean harmful, double importance) {
            learner.learn(cast, harmful, importance);
            labels++;
        }

        /** Its own weights, as far as it has seen labels; the parent's as far as not. */
        double[] leaningOn(double[] parent, double labelsToTrust) {
            double[] own = learner.weights(new double[parent.length]);
            double share = labels / (labels + labelsToTrust);
            for (int k = 0; k < own.length; k++) {
                own[k] = share * own[k] + (1 - share) * parent[k];
            }
            return own;
        }
    }

    private final double[] start;
    private final LearningSettings settings;
    private final Cell all;
    private final Map<Category, Cell> categories = new EnumMap<>(Category.class);
    private final Map<String, Map<Category, Cell>> tenants = new TreeMap<>();

    /** @param start the experts' weights before there are labels, above 0, adding up to 1; the order of all votes */
    public LearnedWeights(List<Double> start, LearningSettings settings) {
        this.start = start.stream().mapToDouble(Double::doubleValue).toArray();
        this.settings = settings;
        this.all = cell();
    }

    /** @param votes on the category, log-odds in the order of the experts, NaN from who is asleep; at least one is awake */
    public Casts cast(String tenant, Category category, double[] votes) {
        return new Casts(
                tenant,
                category,
                cellOf(tenant, category).learner.cast(votes),
                cellOf(category).learner.cast(votes),
                all.learner.cast(votes));
    }

    /**
     * A reviewed label of a text has come.
     *
     * @param probability with which it was to be reviewed, in (0, 1]
     */
    public void learn(Casts casts, boolean harmful, double probability) {
        double importance = 1 / probability;
        cellOf(casts.tenant, casts.category).learn(casts.own, harmful, importance);
        cellOf(casts.category).learn(casts.ofCategory, harmful, importance);
        all.learn(casts.ofAll, harmful, importance);
    }

    /** In the order of the experts, adding up to 1. */
    public double[] of(String tenant, Category category) {
        return cellOf(tenant, category).leaningOn(of(category), settings.labelsToTrust());
    }

    /** The same for tenants without labels of their own. */
    public double[] of(Category category) {
        double[] ofAll = all.leaningOn(start, settings.labelsToTrust());
        return cellOf(category).leaningOn(ofAll, settings.labelsToTrust());
    }

    /** Those that labels have been about, for any tenant. */
    public Set<Category> categories() {
        return taught(categories);
    }

    /** Those with labels of their own, in ascending order. */
    public List<String> tenants() {
        return List.copyOf(tenants.keySet());
    }

    /** Those that labels of this tenant have been about. */
    public Set<Category> categories(String tenant) {
        return taught(tenants.getOrDefault(tenant, Map.of()));
    }

    private static Set<Category> taught(Map<Category, Cell> cells) {
        Set<Category> taught = EnumSet.noneOf(Category.class);
        cells.forEach((category, cell) -> {
            if (cell.labels > 0) {
                taught.add(category);
            }
        });
        return taught;
    }

    private Cell cellOf(Category category) {
        return categories.computeIfAbsent(category, key -> cell());
    }

    private Cell cellOf(String tenant, Category category) {
        return tenants.computeIfAbsent(tenant, key -> new EnumMap<>(Category.class))
                .computeIfAbsent(category, key -> cell());
    }

    private Cell cell() {
        return new Cell(start, settings.maxImportance());
    }
}
