package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.models.Category;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Our categories under OpenAI's names, and under their own. One of OpenAI's has the highest score of ours behind it:
 *
 * <pre>
 * harassment      harassment
 * hate            hate
 * illicit         nonviolent_crimes, fraud_scams, cyber_malware, drugs_regulated
 * illicit/violent weapons_cbrn
 * self-harm       self_harm
 * sexual          sexual_content, sex_crimes, child_exploitation
 * sexual/minors   child_exploitation
 * violence        violent_crimes
 * </pre>
 *
 * The others of OpenAI's have none of ours behind them, and are always false and 0.
 */
final class ModerationCategories {

    private static final Map<String, List<Category>> OPENAI = new LinkedHashMap<>();

    static {
        OPENAI.put("harassment", List.of(Category.HARASSMENT));
        OPENAI.put("harassment/threatening", List.of());
        OPENAI.put("hate", List.of(Category.HATE));
        OPENAI.put("hate/threatening", List.of());
        OPENAI.put(
                "illicit",
                List.of(
                        Category.NONVIOLENT_CRIMES,
                        Category.FRAUD_SCAMS,
                        Category.CYBER_MALWARE,
                        Category.DRUGS_REGULATED));
        OPENAI.put("illicit/violent", List.of(Category.WEAPONS_CBRN));
        OPENAI.put("self-harm", List.of(Category.SELF_HARM));
        OPENAI.put("self-harm/intent", List.of());
        OPENAI.put("self-harm/instructions", List.of());
        OPENAI.put("sexual", List.of(Category.SEXUAL_CONTENT, Category.SEX_CRIMES, Category.CHILD_EXPLOITATION));
        OPENAI.put("sexual/minors", List.of(Category.CHILD_EXPLOITATION));
        OPENAI.put("violence", List.of(Category.VIOLENT_CRIMES));
        OPENAI.put("violence/graphic", List.of());
    }

    private ModerationCategories() {}

    /**
     * Adds what was found to a result.
     *
     * @param flagged names of ours
     */
    static void write(ObjectNode result, Set<String> flagged, Map<Category, Double> scores) {
        ObjectNode categories = result.putObject("categories");
        ObjectNode categoryScores = result.putObject("category_scores");
        ObjectNode inputTypes = result.putObject("category_applied_input_types");
        Map<String, List<Category>> named = new LinkedHashMap<>(OPENAI);
        for (Category category : Category.values()) {
            named.putIfAbsent(category.wireName(), List.of(category));
        }
        named.forEach((name, ours) -> {
            categories.put(name, ours.stream().anyMatch(each -> flagged.contains(each.wireName())));
            categoryScores.put(
                    name,
                    ours.stream()
                            .mapToDouble(each -> scores.getOrDefault(each, 0.0))
                            .max()
                            .orElse(0));
            inputTypes.putArray(name).add("text");
        });
    }
}
