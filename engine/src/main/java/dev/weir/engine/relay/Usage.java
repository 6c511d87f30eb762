package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Usage of a reply whose upstream was cancelled before it could say: what came of it, counted by us. */
final class Usage {

    private Usage() {}

    /** Makes a piece of this shape the one that says it. */
    static ObjectNode add(ObjectNode shape, int completionTokens) {
        shape.putArray("choices");
        set(shape, completionTokens);
        return shape;
    }

    /** Without the prompt's, which only the upstream can count. */
    static void set(ObjectNode reply, int completionTokens) {
        reply.putObject("usage")
                .put("prompt_tokens", 0)
                .put("completion_tokens", completionTokens)
                .put("total_tokens", completionTokens);
    }
}
