package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.FullHttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts that a request wants moderated: a string, several, or the parts of one.
 *
 * @param unread names of parts of the one that are no text
 */
record ModerationInput(List<String> texts, List<String> unread) {

    static ModerationInput of(FullHttpRequest request, RelaySettings settings) throws BadRequestException {
        ObjectNode body = RelayJson.object(request.content().toString(StandardCharsets.UTF_8))
                .orElseThrow(() -> bad("the body is not one JSON object (expected: each name once in an object)"));
        JsonNode input = body.path("input");
        if (input.isTextual()) {
            return new ModerationInput(List.of(input.textValue()), List.of());
        }
        if (!(input instanceof ArrayNode list) || list.isEmpty()) {
            throw bad("input: expected: a string, strings, or parts of type text");
        }
        if (list.size() > settings.maxInputs()) {
            throw bad("input: " + list.size() + " texts (expected: at most " + settings.maxInputs() + ")");
        }
        return list.get(0).isObject()
                ? parts(list, settings.unreadable())
                : new ModerationInput(strings(list), List.of());
    }

    private static List<String> strings(ArrayNode list) throws BadRequestException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!list.get(i).isTextual()) {
                throw bad("input[" + i + "]: expected: a string, as before it");
            }
            texts.add(list.get(i).textValue());
        }
        return texts;
    }

    /** They are one input, as they are to OpenAI. */
    private static ModerationInput parts(ArrayNode list, RelaySettings.Unreadable unreadable)
            throws BadRequestException {
        List<String> texts = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode part = list.get(i);
            String at = "input[" + i + "]";
            String type = part.path("type").asText();
            if (type.equals("text") && part.path("text").isTextual()) {
                texts.add(part.path("text").textValue());
            } else if (unreadable == RelaySettings.Unreadable.REFUSE || type.isEmpty() || !ReplyFields.isName(type)) {
                throw new BadRequestException(RelayError.unreadable(at, at));
            } else {
                unread.add(type);
            }
        }
        return new ModerationInput(List.of(String.join("\n", texts)), unread);
    }

    private static BadRequestException bad(String message) {
        return new BadRequestException(RelayError.bad("input", message));
    }
}
