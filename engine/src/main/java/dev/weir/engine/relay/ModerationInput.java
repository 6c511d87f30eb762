package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.FullHttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The texts that a request wants moderated: a string, several, or the parts of one. */
final class ModerationInput {

    private ModerationInput() {}

    static List<String> of(FullHttpRequest request, int most) throws BadRequestException {
        ObjectNode body = RelayJson.object(request.content().toString(StandardCharsets.UTF_8))
                .orElseThrow(() -> bad("the body is not one JSON object (expected: each name once in an object)"));
        JsonNode input = body.path("input");
        if (input.isTextual()) {
            return List.of(input.textValue());
        }
        if (!(input instanceof ArrayNode list) || list.isEmpty()) {
            throw bad("input: expected: a string, strings, or parts of type text");
        }
        if (list.size() > most) {
            throw bad("input: " + list.size() + " texts (expected: at most " + most + ")");
        }
        return list.get(0).isObject() ? List.of(parts(list)) : strings(list);
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

    private static String parts(ArrayNode list) throws BadRequestException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode part = list.get(i);
            if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
                throw new BadRequestException(RelayError.unreadable("input[" + i + "]", "input[" + i + "]"));
            }
            texts.add(part.path("text").textValue());
        }
        return String.join("\n", texts);
    }

    private static BadRequestException bad(String message) {
        return new BadRequestException(RelayError.bad("input", message));
    }
}
