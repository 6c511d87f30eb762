package dev.weir.engine.doctor;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A reply of two choices, as OpenAI's server would write it, with a canary in one place.
 *
 * @param part where the canary is; everything else is harmless
 */
record CanaryReply(Part part, Canary canary) {

    static final String MODEL = "weir-canary";
    static final String ARGUMENT = "line";

    private static final int CHOICES = 2;
    private static final String OTHER = "Nothing to add.";

    /** Half of a surrogate pair is written as what it is. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** As the header that marks the request names it. */
    String id() {
        return part.wireName() + "/" + canary.wireName();
    }

    static Optional<CanaryReply> of(String id) {
        return Arrays.stream(Part.values())
                .flatMap(part -> Arrays.stream(Canary.values()).map(canary -> new CanaryReply(part, canary)))
                .filter(reply -> reply.id().equals(id))
                .findFirst();
    }

    /** The index of the one that the canary is in. */
    static int choice(Part part) {
        return part == Part.CHOICE ? 1 : 0;
    }

    /** @param isChat or a completion of a text */
    String whole(boolean isChat) throws IOException {
        ObjectNode reply = shape(isChat ? "chat.completion" : "text_completion");
        for (int i = 0; i < CHOICES; i++) {
            ObjectNode choice = reply.withArray("choices").addObject().put("index", i);
            String text = text(i);
            if (isChat) {
                ObjectNode message = choice.putObject("message").put("role", "assistant");
                put(message, i, text);
            } else {
                choice.put("text", text);
            }
            choice.putNull("logprobs").put("finish_reason", "stop");
        }
        return JSON.writeValueAsString(reply);
    }

    /** Of a stream of events, without the last. */
    List<String> events(boolean isChat) throws IOException {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < CHOICES; i++) {
            for (String piece : Pieces.of(text(i), part)) {
                events.add(event(isChat, i, piece, null));
            }
            events.add(event(isChat, i, "", "stop"));
        }
        return events;
    }

    private String event(boolean isChat, int index, String piece, @org.jspecify.annotations.Nullable String finish)
            throws IOException {
        ObjectNode event = shape(isChat ? "chat.completion.chunk" : "text_completion");
        ObjectNode choice = event.withArray("choices").addObject().put("index", index);
        if (!isChat) {
            choice.put("text", piece);
        } else {
            ObjectNode delta = choice.putObject("delta");
            if (finish == null) {
                put(delta, index, piece);
            }
        }
        choice.putNull("logprobs").put("finish_reason", finish);
        return JSON.writeValueAsString(event);
    }

    private static ObjectNode shape(String object) {
        return JSON.createObjectNode()
                .put("id", "canary")
                .put("object", object)
                .put("created", 0)
                .put("model", MODEL);
    }

    /** Of the choice, in the field that this is about. */
    private String text(int index) throws IOException {
        if (index != choice(part)) {
            return OTHER;
        }
        return part == Part.TOOL
                ? JSON.writeValueAsString(JSON.createObjectNode().put(ARGUMENT, canary.text()))
                : canary.text();
    }

    private void put(ObjectNode message, int index, String text) {
        if (index == choice(part) && part == Part.REASONING) {
            message.put("reasoning_content", text);
        } else if (index == choice(part) && part == Part.TOOL) {
            ObjectNode call = message.putArray("tool_calls").addObject().put("index", 0);
            call.put("id", "call").put("type", "function");
            call.putObject("function").put("name", "say").put("arguments", text);
        } else {
            message.put("content", text);
        }
    }
}
