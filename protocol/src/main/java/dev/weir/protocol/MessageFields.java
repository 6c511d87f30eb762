package dev.weir.protocol;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one message, whichever way they travelled; {@link JsonFields} and {@link ProtoFields} fill them in.
 *
 * <p>{@code type} may come last, so a reader cannot know which fields count until it has read them all. It therefore
 * keeps every field of a known name, and for one it cannot use the fault instead of a value. A fault is raised only
 * when the message's type asks for that field: in any other message it is an unknown field and ignored. This is also
 * why an error can name a {@code stream} that stands after the faulty field.
 */
final class MessageFields {

    private static final int MAX_ECHOED_TYPE = 32;

    /** A value that cannot be used: where, what was found, what was expected. */
    record Fault(String path, String found, String expected) {}

    private final Map<Field, Object> values = new EnumMap<>(Field.class);
    private final boolean absentIsZero;
    private @Nullable Map<Field, Fault> faults;
    private boolean losesText;

    /** @param absentIsZero whether a field that is not there holds zero or nothing, as in protobuf, or is a fault */
    MessageFields(boolean absentIsZero) {
        this.absentIsZero = absentIsZero;
    }

    void put(Field field, Object value) {
        values.put(field, value);
    }

    @Nullable
    Object value(Field field) {
        return values.get(field);
    }

    /** Whether the field was there, with a value or a fault. */
    boolean isGiven(Field field) {
        return values.containsKey(field) || (faults != null && faults.containsKey(field));
    }

    void keepTwice(Field field) {
        keep(field, "the field twice", "once");
    }

    void keep(Field field, String found, String expected) {
        keep(field, new Fault(field.wireName, found, expected));
    }

    /** Keeps the first fault of a field. */
    void keep(Field field, Fault fault) {
        Map<Field, Fault> kept = faults;
        if (kept == null) {
            kept = new EnumMap<>(Field.class);
            faults = kept;
        }
        kept.putIfAbsent(field, fault);
    }
    /** An open or a delta that is not understood is text lost, even when its type is named twice or too early. */
    void noteType(String type) {
        losesText |= type.equals("delta") || type.equals("open");
    }

    /** The message's type; the caller reports one it does not know with {@link #unknownType}. */
    String type() throws ProtocolException {
        return string(Field.TYPE);
    }

    ProtocolException unknownType(String type, String known) {
        boolean echo =
                type.length() <= MAX_ECHOED_TYPE && type.chars().allMatch(c -> c == '_' || (c >= 'a' && c <= 'z'));
        return fail(
                ErrorCode.UNKNOWN_TYPE,
                Field.TYPE.wireName,
                "type: " + (echo ? '"' + type + '"' : "an unknown string") + " (expected: " + known + ")");
    }

    /** A delta, whose text is UTF-8 bytes where the subprotocol is binary. */
    ClientMessage delta() throws ProtocolException {
        String stream = stream();
        Object text = required(Field.TEXT);
        Integer at = optionalCount(Field.AT);
        return text instanceof Utf8Text utf8
                ? new ClientMessage.Utf8Delta(stream, utf8, at)
                : new ClientMessage.Delta(stream, (String) text, at);
    }

    String stream() throws ProtocolException {
        String stream = string(Field.STREAM);
        if (!isStreamName(stream)) {
            throw badMessage(new Fault(Field.STREAM.wireName, "another string", "1 to 128 printable ASCII characters"));
        }
        return stream;
    }

    @Nullable
    String optionalStream() throws ProtocolException {
        return optional(Field.STREAM) == null ? null : stream();
    }

    String string(Field field) throws ProtocolException {
        return (String) required(field);
    }

    @Nullable
    String optionalString(Field field) throws ProtocolException {
        return (String) optional(field);
    }

    int count(Field field) throws ProtocolException {
        return (Integer) required(field);
    }

    @Nullable
    Integer optionalCount(Field field) throws ProtocolException {
        return (Integer) optional(field);
    }

    double probability(Field field) throws ProtocolException {
        return (Double) required(field);
    }

    /** The second field of a span, which may not lie before the first. */
    int countFrom(Field field, int least) throws ProtocolException {
        int value = count(field);
        if (value < least) {
            throw badMessage(new Fault(field.wireName, "a smaller integer", "an integer >= from"));
        }
        return value;
    }

    /** False when the field is absent. */
    boolean flag(Field field) throws ProtocolException {
        Boolean value = (Boolean) optional(field);
        return value != null && value;
    }

    /** Empty when the field is absent. */
    @SuppressWarnings("unchecked") // the field's kind says what was stored
    List<String> strings(Field field) throws ProtocolException {
        List<String> value = (List<String>) optional(field);
        return value == null ? List.of() : value;
    }

    /** Empty when the field is absent. */
    @SuppressWarnings("unchecked") // as above
    List<PromptMessage> messages() throws ProtocolException {
        List<PromptMessage> value = (List<PromptMessage>) optional(Field.MESSAGES);
        if (value == null) {
            return List.of();
        }
        long codePoints = 0;
        for (PromptMessage message : value) {
            codePoints += message.content().codePointCount(0, message.content().length());
        }
        if (codePoints > ClientMessage.OpenStream.MAX_PROMPT_CODE_POINTS) {
            throw fail(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    Field.MESSAGES.wireName,
                    "messages: " + codePoints + " code points in all (expected: at most "
                            + ClientMessage.OpenStream.MAX_PROMPT_CODE_POINTS + ")");
        }
        return value;
    }

    /** Empty when the field is absent. */
    @SuppressWarnings("unchecked") // as above
    Map<String, String> meta() throws ProtocolException {
        Map<String, String> value = (Map<String, String>) optional(Field.META);
        return value == null ? Map.of() : value;
    }

    ServerMessage.@Nullable PromptVerdict prompt() throws ProtocolException {
        return (ServerMessage.PromptVerdict) optional(Field.PROMPT);
    }

    <E extends Enum<E> & WireName> E constant(Field field, Class<E> type) throws ProtocolException {
        return constant(field, type, string(field));
    }

    <E extends Enum<E> & WireName> @Nullable E optionalConstant(Field field, Class<E> type) throws ProtocolException {
        String wireName = optionalString(field);
        return wireName == null ? null : constant(field, type, wireName);
    }

    /** {@code content}, {@code reasoning} or {@code tool}, alone or with the number of a choice. */
    String channel() throws ProtocolException {
        String channel = optionalString(Field.CHANNEL);
        if (channel == null) {
            return ClientMessage.OpenStream.DEFAULT_CHANNEL;
        }
        int slash = channel.indexOf('/');
        String base = slash < 0 ? channel : channel.substring(0, slash);
        String choice = slash < 0 ? "0" : channel.substring(slash + 1);
        if (!(base.equals("content") || base.equals("reasoning") || base.equals("tool"))
                || choice.isEmpty()
                || choice.length() > 4
                || !choice.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw badMessage(new Fault(
                    Field.CHANNEL.wireName,
                    "another string",
                    "content, reasoning, tool, or one with a choice: content/1"));
        }
        return channel;
    }

    static boolean isStreamName(String stream) {
        int length = stream.length();
        if (length == 0 || length > StreamNames.MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = stream.charAt(i);
            if (c < 0x20 || c > 0x7E) {
                return false;
            }
        }
        return true;
    }

    private <E extends Enum<E> & WireName> E constant(Field field, Class<E> type, String wireName)
            throws ProtocolException {
        E found = WireName.parse(type, wireName).orElse(null);
        if (found == null) {
            throw badMessage(new Fault(field.wireName, "another string", namesOf(type)));
        }
        return found;
    }

    static <E extends Enum<E> & WireName> String namesOf(Class<E> type) {
        return "one of "
                + Arrays.stream(type.getEnumConstants()).map(WireName::wireName).collect(Collectors.joining(", "));
    }

    private Object required(Field field) throws ProtocolException {
        Object value = optional(field);
        if (value == null && absentIsZero) {
            value = field.zero();
        }
        if (value == null) {
            throw badMessage(new Fault(field.wireName, "nothing", field.kind.expected));
        }
        return value;
    }

    private @Nullable Object optional(Field field) throws ProtocolException {
        Fault fault = faults == null ? null : faults.get(field);
        if (fault != null) {
            throw badMessage(fault);
        }
        return values.get(field);
    }

    private ProtocolException badMessage(Fault fault) {
        return fail(
                ErrorCode.BAD_MESSAGE,
                fault.path,
                fault.path + ": " + fault.found + " (expected: " + fault.expected + ")");
    }

    ProtocolException fail(ErrorCode code, @Nullable String path, String message) {
        boolean doubtful = faults != null && faults.containsKey(Field.STREAM);
        String stream = doubtful ? null : (String) values.get(Field.STREAM);
        String named = stream != null && isStreamName(stream) ? stream : null;
        return new ProtocolException(code, named, path, message, named != null && losesText);
    }
}
