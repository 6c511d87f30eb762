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
 * Reads the prompt of a request: every text in it, by message, and what of it is no text. What is unreadable is refused,
 * named, or taken out of the request.
 */
final class PromptText {

    private static final Set<String> TEXT_PARTS = Set.of("text", "input_text", "output_text", "refusal", "thinking");
    private static final Set<String> NAMES = Set.of("role", "type", "id", "tool_call_id", "index");

    private final RelaySettings.Unreadable unreadable;
    private final List<PromptMessage> messages = new ArrayList<>();
    private final List<String> unscored = new ArrayList<>();

    private PromptText(RelaySettings.Unreadable unreadable) {
        this.unreadable = unreadable;
    }

    /** Of a request with {@code messages}. */
    static PromptText ofMessages(ObjectNode request, RelaySettings.Unreadable unreadable) throws BadRequestException {
        if (!(request.path("messages") instanceof ArrayNode list) || list.isEmpty()) {
            throw new BadRequestException(
                    RelayError.bad("messages", "messages: missing or empty (expected: a list of messages)"));
        }
        PromptText prompt = new PromptText(unreadable);
        for (int i = 0; i < list.size(); i++) {
            String path = "messages[" + i + "]";
            if (!(list.get(i) instanceof ObjectNode message)
                    || !message.path("role").isTextual()) {
                throw new BadRequestException(RelayError.bad(path, path + ": expected: an object with a role"));
            }
            StringBuilder text = new StringBuilder();
            prompt.read(message, path, text);
            prompt.messages.add(new PromptMessage(message.path("role").textValue(), text.toString()));
        }
        return prompt;
    }

    List<PromptMessage> messages() {
        return messages;
    }

    /** Names of what is passed on and was not read. */
    List<String> unscored() {
        return unscored;
    }

    /** Everything in a message that is a text, one below the other. */
    private void read(ObjectNode node, String path, StringBuilder text) throws BadRequestException {
        for (Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (ReplyFields.isNoText(name) && !value.isNull()) {
                unreadable(name, path + "." + name, fields);
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
                    unreadable(ReplyFields.isName(type) && !type.isEmpty() ? type : "part", at, elements);
                } else {
                    read(part, at, text);
                }
            } else if (element instanceof ArrayNode inner) {
                readList(inner, at, text);
            }
        }
    }

    /** @param there where it was found last */
    private void unreadable(String name, String at, Iterator<?> there) throws BadRequestException {
        switch (unreadable) {
            case REFUSE -> throw new BadRequestException(RelayError.unreadable(at, name));
            case MARK -> unscored.add(name);
            case DROP -> there.remove();
        }
    }

    private static void add(String more, StringBuilder text) {
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
