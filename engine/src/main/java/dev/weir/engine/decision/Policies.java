package dev.weir.engine.decision;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads policies from their settings. */
public final class Policies {

    private Policies() {}

    /**
     * @param config one object a policy, by name; what a policy leaves out it takes from {@code fallback}
     * @param problems given every fault, with its key
     * @return the policies by name; incomplete when there are problems
     */
    public static Map<String, Policy> from(Config config, Config fallback, List<String> problems) {
        Map<String, Policy> policies = new LinkedHashMap<>();
        for (String name : config.root().keySet()) {
            String path = "weir.policies." + name;
            if (!(config.root().get(name) instanceof ConfigObject object)) {
                problems.add(path + ": " + config.root().get(name).unwrapped() + " (expected: an object)");
                continue;
            }
            Policy policy = policy(name, object.toConfig().withFallback(fallback), path, problems);
            policy.validate(path, problems);
            policies.put(name, policy);
        }
        return policies;
    }

    private static Policy policy(String name, Config config, String path, List<String> problems) {
        Config stop = config.getConfig("stop-rule");
        Config prompt = config.getConfig("prompt");
        Config conversation = config.getConfig("conversation");
        return new Policy(
                name,
                config.getInt("version"),
                constant(Mode.class, config, "mode", path, problems).orElse(Mode.GATE),
                isFirst(config, "fail", "closed", "open", path, problems),
                isFirst(config, "unknown-language", "stop", "mark", path, problems),
                config.getStringList("requires"),
                rules(config.getConfig("categories"), path + ".categories", problems),
                new StopRuleSettings(
                        stop.getDouble("fast-half-life-tokens"),
                        stop.getDouble("slow-half-life-tokens"),
                        stop.getDouble("slow-shift"),
                        stop.getDouble("rule-half-life-tokens"),
                        stop.getDouble("prior")),
                new HoldSettings(config.getDouble("hold.from-risk"), config.getInt("hold.max-tokens")),
                new PromptRule(prompt.getDouble("flag-at"), prompt.getDouble("stop-at"), prompt.getDouble("carry")),
                new ConversationRule(
                        conversation.getDouble("from-risk"),
                        conversation.getDouble("carry"),
                        conversation.getDouble("decay")),
                config.getString("message"));
    }

    /** Whether a setting has the first of its two values. */
    private static boolean isFirst(
            Config config, String key, String first, String second, String path, List<String> problems) {
        String value = config.getString(key);
        if (!value.equals(first) && !value.equals(second)) {
            problems.add(path + "." + key + ": " + value + " (expected: " + first + " or " + second + ")");
        }
        return value.equals(first);
    }

    private static Map<Category, CategoryRule> rules(Config config, String path, List<String> problems) {
        Map<Category, CategoryRule> rules = new EnumMap<>(Category.class);
        for (String key : config.root().keySet()) {
            Optional<Category> category = Category.ofWireName(key);
            if (category.isEmpty()) {
                problems.add(path + "." + key + " (expected: a category of the protocol)");
                continue;
            }
            Config rule = config.getConfig(key);
            rules.put(
                    category.get(),
                    new CategoryRule(
                            action(rule, path + "." + key, problems),
                            rule.hasPath("threshold") ? rule.getDouble("threshold") : 1,
                            rule.hasPath("flag-at") ? rule.getDouble("flag-at") : 1));
        }
        return rules;
    }

    private static Action action(Config rule, String path, List<String> problems) {
        if (rule.hasPath("action") && rule.getString("action").equals("ignore")) {
            return Action.PASS;
        }
        return constant(Action.class, rule, "action", path, problems)
                .filter(action -> {
                    if (action == Action.PASS) {
                        problems.add(path + ".action: pass (expected: ignore, flag, redact or stop)");
                    }
                    return true;
                })
                .orElse(Action.PASS);
    }

    private static <E extends Enum<E>> Optional<E> constant(
            Class<E> type, Config config, String key, String path, List<String> problems) {
        String value = config.hasPath(key) ? config.getString(key) : "nothing";
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return Optional.of(constant);
            }
        }
        StringBuilder expected = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            expected.append(expected.isEmpty() ? "" : ", ")
                    .append(constant.name().toLowerCase(Locale.ROOT));
        }
        problems.add(path + "." + key + ": " + value + " (expected: one of " + expected + ")");
        return Optional.empty();
    }
}
