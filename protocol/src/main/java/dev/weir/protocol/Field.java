package dev.weir.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every field of every message. A name means the same kind of value wherever it stands, which a reader relies on. */
enum Field {
    TYPE("type", Kind.STRING),
    STREAM("stream", Kind.STRING),
    TEXT("text", Kind.STRING),
    AT("at", Kind.COUNT),
    POLICY("policy", Kind.STRING),
    MODE("mode", Kind.STRING),
    UNITS("units", Kind.STRING),
    CONVERSATION("conversation", Kind.STRING),
    CHANNEL("channel", Kind.STRING),
    MESSAGES("messages", Kind.MESSAGES),
    META("meta", Kind.META),
    RESUME("resume", Kind.STRING),
    LENGTH("length", Kind.COUNT),
    ID("id", Kind.STRING),
    RECEIPT("receipt", Kind.STRING),
    VERDICT("verdict", Kind.STRING),
    CATEGORIES("categories", Kind.STRINGS),
    PROMPT("prompt", Kind.PROMPT),
    CREDIT("credit", Kind.COUNT),
    THROUGH("through", Kind.COUNT),
    RISK("risk", Kind.PROBABILITY),
    COARSE("coarse", Kind.BOOLEAN),
    UNSCORED("unscored", Kind.BOOLEAN),
    ASLEEP("asleep", Kind.STRINGS),
    FROM("from", Kind.COUNT),
    TO("to", Kind.COUNT),
    CATEGORY("category", Kind.STRING),
    LATE("late", Kind.BOOLEAN),
    REPLACEMENT("replacement", Kind.STRING),
    ONSET("onset", Kind.COUNT),
    RELEASED("released", Kind.COUNT),
    EXPOSURE("exposure", Kind.COUNT),
    SEVERITY("severity", Kind.STRING),
    RULE("rule", Kind.STRING),
    MESSAGE("message", Kind.STRING),
    MAX_RISK("maxRisk", Kind.PROBABILITY),
    ADD("add", Kind.COUNT),
    CODE("code", Kind.STRING),
    FINAL("final", Kind.BOOLEAN),
    FIELD("field", Kind.STRING),
    RETRY_AFTER_MS("retryAfterMs", Kind.COUNT);

    /** What a field may hold, and how an error says so. */
    enum Kind {
        STRING("a string"),
        COUNT("an integer from 0 to 2147483647"),
        PROBABILITY("a number from 0 to 1"),
        BOOLEAN("true or false"),
        STRINGS("an array of strings"),
        MESSAGES("an array of {role, content} objects"),
        META("an object of strings"),
        PROMPT("an object with risk and action");

        final String expected;

        Kind(String expected) {
            this.expected = expected;
        }
    }

    private static final Map<String, Field> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(field -> field.wireName, Function.identity()));

    final String wireName;
    final Kind kind;

    Field(String wireName, Kind kind) {
        this.wireName = wireName;
        this.kind = kind;
    }

    static @Nullable Field named(String wireName) {
        return BY_NAME.get(wireName);
    }
}
