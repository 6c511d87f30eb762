package dev.weir.protocol;

import java.util.Locale;
import java.util.Optional;

/** A constant that travels as a lower-case string: {@code WRONG_STOP} is {@code wrong_stop} on the wire. */
public sealed interface WireName
        permits Action, ClientMessage.FeedbackVerdict, ErrorCode, Mode, ServerMessage.Verdict, Severity, Units {

    String name();

    /** What is written in JSON for this constant. */
    default String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The constant of {@code type} with this wire name; empty when there is none. Case matters. */
    static <E extends Enum<E> & WireName> Optional<E> parse(Class<E> type, String wireName) {
        for (E constant : type.getEnumConstants()) {
            if (constant.wireName().equals(wireName)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }
}
