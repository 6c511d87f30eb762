package dev.weir.engine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code moderate}'s input.
 *
 * @param id given back as it came; the number of the line when it names none
 * @param prompt what the text answers; null when it says none
 * @param isPrompt the text is itself what a user asks
 */
record ModerationRequest(Object id, String text, @Nullable String prompt, boolean isPrompt) {

    /** A line that is no request; the message names the field and what was expected, and none of the text. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }
    }

    static ModerationRequest parse(int line, String json) throws Unreadable {
        JsonNode fields;
        try {
            fields = Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new Unreadable("not JSON");
        }
        if (!fields.isObject()) {
            throw new Unreadable("not a JSON object");
        }
        if (!fields.path("text").isTextual()) {
            throw new Unreadable("text: " + kind(fields.path("text")) + " (expected: a string)");
        }
        JsonNode prompt = fields.path("prompt");
        if (!prompt.isMissingNode() && !prompt.isNull() && !prompt.isTextual()) {
            throw new Unreadable("prompt: " + kind(prompt) + " (expected: a string)");
        }
        String role = fields.path("role").asText("response");
        if (!role.equals("prompt") && !role.equals("response") && !role.equals("post")) {
            throw new Unreadable("role: another value (expected: prompt, response or post)");
        }
        return new ModerationRequest(
                id(line, fields.path("id")),
                fields.path("text").textValue(),
                prompt.isTextual() && !prompt.textValue().isEmpty() ? prompt.textValue() : null,
                role.equals("prompt"));
    }

    private static Object id(int line, JsonNode id) throws Unreadable {
        if (id.isMissingNode() || id.isNull()) {
            return line;
        }
        if (id.isTextual() || id.isIntegralNumber()) {
            return id;
        }
        throw new Unreadable("id: " + kind(id) + " (expected: a string or a whole number)");
    }

    private static String kind(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }
}
