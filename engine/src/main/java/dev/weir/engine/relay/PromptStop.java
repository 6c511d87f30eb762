package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.protocol.ServerMessage;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Clock;

/** How a prompt that is stopped is answered, in place of the reply that nobody was asked for. */
record PromptStop(RelayRequest request, ServerMessage.Stopped stopped, String id, Clock clock) {

    FullHttpResponse response(RelaySettings settings) {
        FullHttpResponse response = switch (settings.stoppedPrompt()) {
            case ERROR -> HttpAnswer.json(HttpResponseStatus.BAD_REQUEST, error() + "\n");
            case ANSWER ->
                request.isStream()
                        ? HttpAnswer.of(HttpResponseStatus.OK, "text/event-stream; charset=utf-8", events())
                        : HttpAnswer.json(HttpResponseStatus.OK, RelayJson.write(completion()) + "\n");
        };
        response.headers().set("x-request-id", id).set("x-weir-reply", id);
        return response;
    }

    /** As Azure says it, which is where clients have met it. */
    private String error() {
        ObjectNode error = RelayJson.newObject();
        ObjectNode inner = error.putObject("error")
                .put("message", stopped.message())
                .put("type", "invalid_request_error")
                .put("param", "prompt")
                .put("code", StopNotice.FINISH_REASON);
        inner.set("weir", StopNotice.reason(stopped));
        return RelayJson.write(error);
    }

    private String events() {
        ObjectNode piece = shape("chat.completion.chunk");
        if (!request.isChat()) {
            piece.putArray("choices").addObject().put("text", "");
        }
        StringBuilder events = new StringBuilder();
        events.append(StreamedReply.asEvent(RelayJson.write(StopNotice.inPlaceOf(piece, 0, stopped))));
        if (request.wantsUsage()) {
            events.append(StreamedReply.asEvent(RelayJson.write(Usage.add(shape("chat.completion.chunk"), 0))));
        }
        return events.append(StreamedReply.asEvent(StreamedReply.DONE)).toString();
    }

    private ObjectNode completion() {
        ObjectNode whole = shape("chat.completion");
        ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
        if (request.isChat()) {
            choice.putObject("message")
                    .put("role", "assistant")
                    .put("content", "")
                    .putNull("refusal");
        } else {
            choice.put("text", "");
        }
        choice.putNull("logprobs");
        StopNotice.finish(choice, stopped);
        Usage.set(whole, 0);
        return whole;
    }

    private ObjectNode shape(String object) {
        return RelayJson.newObject()
                .put("id", (request.isChat() ? "chatcmpl-" : "cmpl-") + id)
                .put("object", request.isChat() ? object : "text_completion")
                .put("created", clock.millis() / 1_000)
                .put("model", request.model());
    }
}
