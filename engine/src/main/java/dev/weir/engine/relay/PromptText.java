package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.PromptMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the messages of a request: every text in each, and what of it is no text.
 */
final class PromptText {

    /** Types of parts that are text. */
    static final Set<String> TEXT_PARTS = Set.of("text", "input_text", "output_text", "refusal", "thinking");

    private static final Set<String> NAMES = Set.of("role", "type", "id", "tool_call_id", "index");

    private final Unread unread;

    private PromptText(Unread unread) {
        this.unread = unread;
    }

    /** Of a request with {@code messages}. */
    static List<PromptMessage> ofMessages(ObjectNode request, Unread unread) throws BadRequestException {
        if (!(request.path("messages") instanceof ArrayNode list) || list.isEmpty()) {
            throw new BadRequestException(
                    RelayError.bad("messages", "messages: missing or empty (expected: a list of messages)"));
        }
        PromptText prompt = new PromptText(unread);
        List<PromptMessage> messages = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String path = "messages[" + i + "]";
            if (!(list.get(i) instanceof ObjectNode message)
                    || !message.path("role").isTextual()) {
                throw new BadRequestException(RelayError.bad(path, path + ": expected: an object with a role"));
            }
            StringBuilder text = new StringBuilder();
            prompt.read(message, path, text);
            messages.add(new PromptMessage(message.path("role").textValue(), text.toString()));
        }
        return messages;
    }

    /** Everything in a message that is a text, one below the other. */
    private void read(ObjectNode node, String path, StringBuilder text) throws BadRequestException {
        for (Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (ReplyFields.isNoText(name) && !value.isNull()) {
                unread.found(name, path + "." + name, fields);
            } else if (value.isTextual()) {
                if (!NAMES.contains(name) || !ReplyFields.isName(value.textValue())) {
                    add(name.equals("arguments") ? unescaped(value.textValue()) : value.textValue(), text);
                }
            } else if (value instanceof ArrayNode list) {
                readList(list, path + "." + name, text);
            } else if (value instanceof ObjectNode object) {
                read(object, path + "." + name, text);
            }
        }
    }

    private void readList(ArrayNode list, String path, StringBuilder text) throws BadRequestException {
        Iterator<JsonNode> elements = list.iterator();
        for (int i = 0; elements.hasNext(); i++) {
            JsonNode element = elements.next();
            String at = path + "[" + i + "]";
            if (element.isTextual()) {
                add(element.textValue(), text);
            } else if (element instanceof ObjectNode part) {
                boolean isPart = path.endsWith(".content");
                String type = part.path("type").asText();
                if (isPart && !TEXT_PARTS.contains(type)) {
                    unread.found(ReplyFields.isName(type) && !type.isEmpty() ? type : "part", at, elements);
                } else {
                    read(part, at, text);
                }
            } else if (element instanceof ArrayNode inner) {
                readList(inner, at, text);
            }
        }
    }

    /** One below the other. */
    static void add(String more, StringBuilder text) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        text.append(more);
    }

    private static String unescaped(String json) {
        JsonTextView view = new JsonTextView();
        return view.append(json) + view.end();
    }
}
