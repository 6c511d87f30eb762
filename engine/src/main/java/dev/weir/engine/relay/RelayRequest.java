package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.telemetry.ParentSpan;
import dev.weir.protocol.PromptMessage;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks to have relayed.
 *
 * @param path below the upstream's base
 * @param body as it goes on, read the way the upstream reads it
 * @param beside text of it that stands outside the prompt, to moderate by itself
 * @param prompt to moderate; the newest last
 * @param unscored names of parts of it that go on unread
 * @param prompts that are answered, each by as many choices as are asked for
 */
record RelayRequest(
        String path,
        ObjectNode body,
        List<PromptMessage> beside,
        List<PromptMessage> prompt,
        List<String> unscored,
        int prompts) {

    private static final String CHAT = "/chat/completions";

    static RelayRequest chat(FullHttpRequest request, RelaySettings settings) throws BadRequestException {
        ObjectNode body = body(request);
        Unread unread = new Unread(settings.unreadable());
        List<PromptMessage> prompt = PromptText.ofMessages(body, unread);
        List<PromptMessage> beside = RequestFields.beside("messages", body, unread);
        return checked(new RelayRequest(CHAT, body, beside, prompt, unread.names(), 1), settings);
    }

    static RelayRequest completion(FullHttpRequest request, RelaySettings settings) throws BadRequestException {
        ObjectNode body = body(request);
        JsonNode prompt = body.path("prompt");
        List<PromptMessage> messages = new ArrayList<>();
        for (JsonNode each : prompt.isArray() ? prompt : List.of(prompt)) {
            if (!each.isTextual()) { // tokens of a vocabulary that is not ours
                throw new BadRequestException(RelayError.unreadable("prompt", "prompt"));
            }
            messages.add(new PromptMessage("user", each.textValue()));
        }
        int prompts = messages.size();
        if (prompts == 0) {
            throw new BadRequestException(RelayError.bad("prompt", "prompt: empty (expected: a string, or strings)"));
        }
        Unread unread = new Unread(settings.unreadable());
        List<PromptMessage> beside = RequestFields.beside("prompt", body, unread);
        return checked(new RelayRequest("/completions", body, beside, messages, unread.names(), prompts), settings);
    }

    private static ObjectNode body(FullHttpRequest request) throws BadRequestException {
        return RelayJson.object(request.content().toString(StandardCharsets.UTF_8))
                .orElseThrow(() -> new BadRequestException(RelayError.bad(
                        null, "the body is not one JSON object (expected: each name once in an object)")));
    }

    private static RelayRequest checked(RelayRequest request, RelaySettings settings) throws BadRequestException {
        if (settings.unreadable() == RelaySettings.Unreadable.REFUSE) {
            refuseUnreadableReplies(request.body());
        }
        int choices = request.choices();
        if (choices < 1 || choices > settings.maxChoices()) {
            throw new BadRequestException(
                    RelayError.bad("n", "n: " + choices + " choices (expected: 1 to " + settings.maxChoices() + ")"));
        }
        long length = length(request.beside()) + length(request.prompt());
        if (length > settings.maxPrompt()) {
            throw new BadRequestException(new RelayError(
                    io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST,
                    "context_length_exceeded",
                    null,
                    "a prompt of " + length + " code points (expected: at most " + settings.maxPrompt() + ")"));
        }
        return request;
    }

    private static long length(List<PromptMessage> messages) {
        return messages.stream()
                .mapToLong(message ->
                        message.content().codePointCount(0, message.content().length()))
                .sum();
    }

    /** What could not be read of the reply is refused before anybody pays for it. */
    private static void refuseUnreadableReplies(ObjectNode body) throws BadRequestException {
        JsonNode logprobs = body.path("logprobs");
        if (logprobs.isNumber() || logprobs.asBoolean(false)) {
            throw new BadRequestException(RelayError.unreadable("logprobs", "logprobs"));
        }
        for (JsonNode modality : body.path("modalities")) {
            if (!modality.asText().equals("text")) {
                throw new BadRequestException(RelayError.unreadable("modalities", "modalities"));
            }
        }
    }

    /** The span that the client knows a request by; null for none. */
    static @Nullable ParentSpan parent(HttpHeaders headers) {
        return ParentSpan.of(headers.get(ParentSpan.TRACEPARENT), headers.get(ParentSpan.TRACESTATE));
    }

    /** Whether the reply is asked for piece by piece. The answer says how it comes. */
    boolean isStream() {
        return body.path("stream").asBoolean(false);
    }

    /** Whether what the choices say is to be JSON, which is read with its escapes replaced. */
    boolean wantsJson() {
        return body.path("response_format").path("type").asText("").startsWith("json");
    }

    boolean wantsUsage() {
        return body.path("stream_options").path("include_usage").asBoolean(false);
    }

    /** How many replies are asked for. */
    int choices() {
        return body.path("n").asInt(1) * prompts;
    }

    boolean isChat() {
        return path.equals(CHAT);
    }

    /** As the semantic conventions of OpenTelemetry name it. */
    String operation() {
        return isChat() ? "chat" : "text_completion";
    }

    String model() {
        return body.path("model").asText("");
    }
}
