package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.ServerMessage;
import java.util.Map;

/** How a stop looks on the wire: OpenAI's {@code content_filter}, and beside it, for whoever asks, why. */
final class StopNotice {

    static final String FINISH_REASON = "content_filter";

    private StopNotice() {}

    /** The last piece of a choice that is stopped, in the shape of the piece that came last of it. */
    static ObjectNode inPlaceOf(ObjectNode shape, int index, ServerMessage.Stopped stopped) {
        ObjectNode piece = plain(shape);
        ObjectNode choice = RelayJson.newObject().put("index", index);
        if (shape.path("choices").path(0).has("text")) {
            choice.put("text", "");
        } else {
            choice.putObject("delta");
        }
        choice.putNull("logprobs");
        finish(choice, stopped);
        piece.putArray("choices").add(choice);
        return piece;
    }

    /** What of a piece is not about its choices and cannot be text. */
    static ObjectNode plain(ObjectNode shape) {
        ObjectNode plain = RelayJson.newObject();
        for (Map.Entry<String, JsonNode> field : shape.properties()) {
            if (ReplyFields.isPlain(field.getKey(), field.getValue())) {
                plain.set(field.getKey(), field.getValue());
            }
        }
        if (plain.has("usage")) {
            plain.putNull("usage");
        }
        return plain;
    }

    /** Ends this choice with a stop. */
    static void finish(ObjectNode choice, ServerMessage.Stopped stopped) {
        choice.put("finish_reason", FINISH_REASON);
        choice.set("weir", reason(stopped));
    }

    static ObjectNode reason(ServerMessage.Stopped stopped) {
        return RelayJson.newObject()
                .put("action", "stop")
                .put("category", stopped.category())
                .put("severity", stopped.severity().wireName())
                .put("rule", stopped.rule())
                .put("policy", stopped.policy())
                .put("message", stopped.message())
                .put("receipt", stopped.receipt());
    }
}
