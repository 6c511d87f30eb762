package dev.weir.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every field of every message. A name means the same kind of value wherever it stands, which a reader relies on. */
enum Field {
    TYPE(0, "type", Kind.STRING),
    STREAM(1, "stream", Kind.STRING),
    TEXT(2, "text", Kind.STRING),
    AT(3, "at", Kind.COUNT),
    POLICY(13, "policy", Kind.STRING),
    MODE(14, "mode", Kind.STRING),
    UNITS(15, "units", Kind.STRING),
    CONVERSATION(16, "conversation", Kind.STRING),
    CHANNEL(17, "channel", Kind.STRING),
    MESSAGES(18, "messages", Kind.MESSAGES),
    META(19, "meta", Kind.META),
    RESUME(20, "resume", Kind.STRING),
    LENGTH(12, "length", Kind.COUNT),
    ID(21, "id", Kind.STRING),
    RECEIPT(11, "receipt", Kind.STRING),
    VERDICT(22, "verdict", Kind.STRING),
    CATEGORIES(23, "categories", Kind.STRINGS),
    PROMPT(24, "prompt", Kind.PROMPT),
    CREDIT(7, "credit", Kind.COUNT),
    THROUGH(4, "through", Kind.COUNT),
    RISK(5, "risk", Kind.PROBABILITY),
    COARSE(25, "coarse", Kind.BOOLEAN),
    UNSCORED(26, "unscored", Kind.BOOLEAN),
    ASLEEP(27, "asleep", Kind.STRINGS),
    FROM(8, "from", Kind.COUNT),
    TO(9, "to", Kind.COUNT),
    CATEGORY(10, "category", Kind.STRING),
    LATE(28, "late", Kind.BOOLEAN),
    REPLACEMENT(29, "replacement", Kind.STRING),
    ONSET(30, "onset", Kind.COUNT),
    RELEASED(31, "released", Kind.COUNT),
    EXPOSURE(32, "exposure", Kind.COUNT),
    SEVERITY(33, "severity", Kind.STRING),
    RULE(34, "rule", Kind.STRING),
    MESSAGE(35, "message", Kind.STRING),
    MAX_RISK(36, "maxRisk", Kind.PROBABILITY),
    ADD(6, "add", Kind.COUNT),
    CODE(37, "code", Kind.STRING),
    FINAL(38, "final", Kind.BOOLEAN),
    FIELD(39, "field", Kind.STRING),
    RETRY_AFTER_MS(40, "retryAfterMs", Kind.COUNT);

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

    private static final @Nullable Field[] BY_NUMBER = byNumber();

    /** In {@code weir.proto}, the same in every message; 0 for the type, which the envelope tells there. */
    final int number;

    final String wireName;
    final Kind kind;

    Field(int number, String wireName, Kind kind) {
        this.number = number;
        this.wireName = wireName;
        this.kind = kind;
    }

    /** What protobuf means by a field of one value that is not there; null for the others, which stay absent. */
    @Nullable
    Object zero() {
        if (this == TEXT) {
            return Utf8Text.EMPTY;
        }
        return switch (kind) {
            case STRING -> "";
            case COUNT -> 0;
            case PROBABILITY -> 0.0;
            case BOOLEAN, STRINGS, MESSAGES, META, PROMPT -> null;
        };
    }

    static @Nullable Field named(String wireName) {
        return BY_NAME.get(wireName);
    }

    static @Nullable Field numbered(int number) {
        return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    private static @Nullable Field[] byNumber() {
        @Nullable Field[] fields = new Field[values().length];
        for (Field field : values()) {
            fields[field.number] = field;
        }
        return fields;
    }
}
