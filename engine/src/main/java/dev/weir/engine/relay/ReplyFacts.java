package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.telemetry.RequestSpan;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What is known of a reply beside its text: names and numbers. On the event loop of its exchange. */
final class ReplyFacts {

    private final Map<Integer, String> finishReasons = new TreeMap<>();
    private String id = "";
    private String model = "";
    private OptionalLong inputTokens = OptionalLong.empty();
    private OptionalLong outputTokens = OptionalLong.empty();

    /** @param piece of the reply, or all of it, as the upstream says it */
    void read(ObjectNode piece) {
        if (id.isEmpty()) {
            id = name(piece.path("id"));
            model = name(piece.path("model"));
        }
        JsonNode usage = piece.path("usage");
        if (usage.path("prompt_tokens").isIntegralNumber()) {
            inputTokens = OptionalLong.of(usage.path("prompt_tokens").asLong());
        }
        if (usage.path("completion_tokens").isIntegralNumber()) {
            outputTokens = OptionalLong.of(usage.path("completion_tokens").asLong());
        }
        for (JsonNode choice : piece.path("choices")) {
            String reason = name(choice.path("finish_reason"));
            if (!reason.isEmpty()) {
                finishReasons.putIfAbsent(choice.path("index").asInt(0), reason);
            }
        }
    }

    void stopped(int choice) {
        finishReasons.put(choice, StopNotice.FINISH_REASON);
    }

    RequestSpan.Reply facts() {
        return new RequestSpan.Reply(id, model, finishReasons.values(), inputTokens, outputTokens);
    }

    private static String name(JsonNode value) {
        return value.isTextual() && ReplyFields.isName(value.textValue()) ? value.textValue() : "";
    }
}
