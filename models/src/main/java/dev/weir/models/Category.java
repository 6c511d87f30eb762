package dev.weir.models;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The closed list of what a vote can be about: the twelve MLCommons AILuminate hazards, eight of our own, and two the
 * engine raises itself. {@link #OTHER} is the root parent, "harm of any kind"; an expert may vote on it alone.
 */
public enum Category {
    VIOLENT_CRIMES,
    NONVIOLENT_CRIMES,
    SEX_CRIMES,
    CHILD_EXPLOITATION,
    WEAPONS_CBRN,
    SELF_HARM,
    INTELLECTUAL_PROPERTY,
    PRIVACY,
    DEFAMATION,
    HATE,
    SEXUAL_CONTENT,
    SPECIALIZED_ADVICE,
    HARASSMENT,
    PROFANITY,
    JAILBREAK_INJECTION,
    FRAUD_SCAMS,
    CYBER_MALWARE,
    DRUGS_REGULATED,
    MISINFORMATION,
    OTHER,
    /** Text no expert can read: encoded runs, unknown script, obfuscation past the limits. */
    OPAQUE,
    /** Text that missed an expert its policy wants. */
    UNSCORED;

    private static final Map<String, Category> BY_WIRE_NAME = new HashMap<>();

    static {
        for (Category category : values()) {
            BY_WIRE_NAME.put(category.wireName, category);
        }
    }

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in messages, manifests and settings, e.g. {@code violent_crimes}. */
    public String wireName() {
        return wireName;
    }

    public static Optional<Category> ofWireName(String wireName) {
        return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }
}
