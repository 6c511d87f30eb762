package dev.weir.engine.decision;

import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Severity;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is done about risk: settings only, so that decisions are a pure function of votes and of this. Immutable.
 *
 * @param mode of streams that name none
 * @param failClosed a stream that misses a required expert is stopped as {@code unscored}; otherwise it goes on, marked
 * @param stopUnknownLanguage text in a language a required expert was not trained for is stopped as {@code unscored};
 *     otherwise it goes on, marked
 * @param requires names of the experts without whose votes text counts as unscored
 * @param message shown to the reader of a stopped reply
 */
public record Policy(
        String name,
        int version,
        Mode mode,
        boolean failClosed,
        boolean stopUnknownLanguage,
        List<String> requires,
        Map<Category, CategoryRule> rules,
        StopRuleSettings stopRule,
        HoldSettings hold,
        PromptRule prompt,
        ConversationRule conversation,
        String message) {

    public Policy {
        requires = List.copyOf(requires);
        rules = Map.copyOf(rules.isEmpty() ? Map.of() : new EnumMap<>(rules));
    }

    /** As the wire and the receipts name it. */
    public String id() {
        return name + "@" + version;
    }

    /** Whether text is stopped that these experts cannot read. */
    public boolean stopsUnread(List<String> experts) {
        return stopUnknownLanguage && experts.stream().anyMatch(requires::contains);
    }

    /** Whether text is stopped that these experts failed to score. */
    public boolean stopsBroken(List<String> experts) {
        return failClosed && experts.stream().anyMatch(requires::contains);
    }

    /** Those of these experts without whose votes text counts as unscored. */
    public List<String> required(List<String> experts) {
        return experts.stream().filter(requires::contains).toList();
    }

    CategoryRule rule(Category category) {
        return rules.getOrDefault(category, CategoryRule.IGNORED);
    }

    /** Categories that stop a text when their risk reaches their threshold. */
    public Set<Category> stopCategories() {
        Set<Category> stopping = EnumSet.noneOf(Category.class);
        rules.forEach((category, rule) -> {
            if (rule.action() == Action.STOP) {
                stopping.add(category);
            }
        });
        return stopping;
    }

    /** The thresholds of {@link #stopCategories()}. */
    public Map<Category, Threshold> stopThresholds() {
        Map<Category, Threshold> thresholds = new EnumMap<>(Category.class);
        stopCategories()
                .forEach(category -> thresholds.put(category, rule(category).threshold()));
        return thresholds;
    }

    /** This policy with other thresholds for those of its categories that stop; the others keep theirs. */
    public Policy withStopThresholds(Map<Category, Threshold> thresholds) {
        Map<Category, CategoryRule> changed = new EnumMap<>(Category.class);
        rules.forEach((category, rule) -> changed.put(
                category,
                rule.action() == Action.STOP
                        ? rule.withThreshold(thresholds.getOrDefault(category, rule.threshold()))
                        : rule));
        return with(changed, prompt);
    }

    /** This policy, stopping prompts from another risk. */
    public Policy withPromptStopAt(double stopAt) {
        return with(rules, new PromptRule(prompt.flagAt(), stopAt, prompt.carry()));
    }

    private Policy with(Map<Category, CategoryRule> otherRules, PromptRule otherPrompt) {
        return new Policy(
                name,
                version,
                mode,
                failClosed,
                stopUnknownLanguage,
                requires,
                otherRules,
                stopRule,
                hold,
                otherPrompt,
                conversation,
                message);
    }

    /**
     * From 0.5 controversial, from 0.8 unsafe; what was stopped is never called safe, however strict the threshold.
     *
     * @param risk calibrated, in [0, 1]
     */
    public static Severity severity(boolean stopped, double risk) {
        return risk >= 0.8 ? Severity.UNSAFE : stopped || risk >= 0.5 ? Severity.CONTROVERSIAL : Severity.SAFE;
    }

    /** Adds what is wrong with these settings, each with its key under {@code path}. */
    public void validate(String path, List<String> problems) {
        if (version < 1) {
            problems.add(path + ".version: " + version + " (expected: >= 1)");
        }
        rules.forEach((category, rule) -> rule.validate(path + ".categories." + category.wireName(), problems));
        stopRule.validate(path + ".stop-rule", problems);
        hold.validate(path + ".hold", problems);
        prompt.validate(path + ".prompt", problems);
        conversation.validate(path + ".conversation", problems);
    }
}
