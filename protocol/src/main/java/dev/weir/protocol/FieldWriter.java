package dev.weir.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one message, field by field in the order given, in the way of one subprotocol. */
sealed interface FieldWriter permits JsonWriter, ProtoWriter {

    void begin(String type);

    void end();

    void string(Field field, String value);

    void optionalString(Field field, @Nullable String value);

    void utf8(Field field, Utf8Text value);

    void count(Field field, int value);

    void optionalCount(Field field, @Nullable Integer value);

    void probability(Field field, double value);

    /** Says nothing of a flag that is not set. */
    void flag(Field field, boolean value);

    void strings(Field field, List<String> values);

    void prompt(ServerMessage.PromptVerdict verdict);

    void messages(List<PromptMessage> messages);

    void meta(Map<String, String> meta);

    /** The rule that stopped a stream; null where a learned expert decided. */
    void rule(@Nullable String rule);
}
