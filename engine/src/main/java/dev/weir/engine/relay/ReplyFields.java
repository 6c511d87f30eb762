package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds all that a reader could read in one choice of a reply, or of a piece of one. Text that is known goes to the
 * stream of its field. What is not known is text too, unless it can say nothing: numbers, and names under fields that
 * are known to hold names. What is known to be no text, such as sound, is unreadable.
 */
final class ReplyFields {

    /** Is told what was found. */
    interface Sink {

        /**
         * Text that continues what the same field held in the piece before.
         *
         * @param key of the field within the choice
         * @param json whether it is JSON, whose strings are what is read
         */
        void text(Channel channel, String key, boolean json, Place place);

        /** Something that is there at once, and continues nothing. */
        void whole(String key, Place place);

        void unreadable(String name, Place place);
    }

    /** The key of what a choice mainly says. */
    static final String CONTENT = "content";

    private static final int MAX_NAME = 128;

    /** Fields that hold names of ours or of the sender's choosing, never what was generated. */
    private static final Set<String> NAMES = Set.of(
            "id",
            "object",
            "model",
            "system_fingerprint",
            "service_tier",
            "provider",
            "obfuscation",
            "type",
            "role",
            "status",
            "finish_reason",
            "native_finish_reason",
            "stop_reason",
            "format",
            "severity",
            "name",
            "index",
            "tool_call_id");

    private static final Set<String> NO_TEXT =
            Set.of("audio", "images", "image", "image_url", "video", "video_url", "input_audio", "file", "inline_data");

    private static final Map<String, Channel> TEXTS = Map.of(
            CONTENT,
            Channel.CONTENT,
            "refusal",
            Channel.CONTENT,
            "text",
            Channel.CONTENT,
            "reasoning",
            Channel.REASONING,
            "reasoning_content",
            Channel.REASONING,
            "thinking",
            Channel.REASONING);

    private final Sink sink;

    ReplyFields(Sink sink) {
        this.sink = sink;
    }

    /** @param piece with exactly one choice */
    void read(ObjectNode piece) {
        for (String name : names(piece)) {
            boolean isChoice =
                    name.equals("choices") && piece.path(name).path(0).isObject();
            if (!isChoice) {
                unknown(name, new Place(piece, name));
            }
        }
        if (piece.path("choices").path(0) instanceof ObjectNode choice) {
            readChoice(choice);
        }
    }

    private void readChoice(ObjectNode choice) {
        for (String name : names(choice)) {
            Place place = new Place(choice, name);
            JsonNode value = choice.path(name);
            switch (name) {
                case "delta", "message" -> {
                    if (value instanceof ObjectNode message) {
                        readMessage(message);
                    } else {
                        unknown(name, place);
                    }
                }
                case "text" -> known(place, Channel.CONTENT, CONTENT);
                case "logprobs" -> {
                    if (!value.isNull()) {
                        sink.unreadable(name, place); // tokens that are not released, and others beside them
                    }
                }
                default -> unknown(name, place);
            }
        }
    }

    private void readMessage(ObjectNode message) {
        for (String name : names(message)) {
            Place place = new Place(message, name);
            JsonNode value = message.path(name);
            if (TEXTS.containsKey(name)) {
                known(place, channel(name), name);
            } else if (name.equals("tool_calls") && value instanceof ArrayNode calls) {
                readToolCalls(calls, place);
            } else if (name.equals("function_call") && value instanceof ObjectNode call) {
                readCall(call, name);
            } else {
                unknown(name, place);
            }
        }
    }

    /** A string, or a list of parts that are text. */
    private void known(Place place, Channel channel, String key) {
        JsonNode value = place.parent().path(place.field());
        if (value.isTextual()) {
            sink.text(channel, key, false, place);
        } else if (value instanceof ArrayNode parts && areParts(parts)) {
            parts.forEach(part -> readPart((ObjectNode) part, place, channel, key));
        } else {
            unknown(place.field(), place);
        }
    }

    private static Channel channel(String name) {
        return TEXTS.getOrDefault(name, Channel.CONTENT);
    }

    private static boolean areParts(ArrayNode parts) {
        for (JsonNode part : parts) {
            if (!part.isObject() || !part.path("type").isTextual()) {
                return false;
            }
        }
        return true;
    }

    private void readPart(ObjectNode part, Place list, Channel channel, String key) {
        String type = part.path("type").textValue();
        if (!TEXTS.containsKey(type)) {
            sink.unreadable(type.length() <= MAX_NAME ? type : "part", list);
            return;
        }
        for (String name : names(part)) {
            if (name.equals("text")) {
                known(new Place(part, name), channel, key);
            } else if (TEXTS.containsKey(name)) {
                known(new Place(part, name), channel(name), name);
            } else {
                unknown(name, new Place(part, name));
            }
        }
    }

    private void readToolCalls(ArrayNode calls, Place list) {
        int position = 0;
        for (JsonNode each : calls) {
            if (!(each instanceof ObjectNode call)) {
                unknown(list.field(), list);
                return;
            }
            readCall(call, "tool/" + call.path("index").asInt(position));
            position++;
        }
    }

    /** A call of a tool: what is called by a name, with arguments, directly or in an object named for its type. */
    private void readCall(ObjectNode call, String key) {
        for (String name : names(call)) {
            Place place = new Place(call, name);
            JsonNode value = call.path(name);
            switch (name) {
                case "function", "custom" -> {
                    if (value instanceof ObjectNode inner) {
                        readCall(inner, key);
                    } else {
                        unknown(name, place);
                    }
                }
                case "arguments" -> callText(key, true, place);
                case "input" -> callText(key, false, place);
                default -> unknown(name, place);
            }
        }
    }

    private void callText(String key, boolean json, Place place) {
        if (place.parent().path(place.field()).isTextual()) {
            sink.text(Channel.TOOL, key, json, place);
        } else {
            unknown(place.field(), place);
        }
    }

    private void unknown(String name, Place place) {
        JsonNode value = place.parent().path(place.field());
        if (isNoText(name) && !value.isNull()) {
            sink.unreadable(name, place);
        } else if (!isPlain(name, value)) {
            if (value.isTextual()) {
                sink.text(Channel.CONTENT, "other/" + name, false, place);
            } else {
                sink.whole("other/" + name, place);
            }
        }
    }

    /** Whether there is nothing in it that could have been generated: names are short, and have no spaces. */
    static boolean isPlain(String name, JsonNode value) {
        if (value.isTextual()) {
            return NAMES.contains(name) && isName(value.textValue());
        }
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                if (!isName(field.getKey()) || !isPlain(field.getKey(), field.getValue())) {
                    return false;
                }
            }
            return true;
        }
        for (JsonNode element : value) {
            if (!isPlain(name, element)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a field of this name holds what is known to be no text. */
    static boolean isNoText(String name) {
        return NO_TEXT.contains(name);
    }

    static boolean isName(String text) {
        return text.length() <= MAX_NAME && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    }

    /** Names at this moment: fields may be left out while they are read. */
    private static List<String> names(ObjectNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }
}
