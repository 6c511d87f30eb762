package dev.weir.engine.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks for replies that are canaries, as OpenAI's clients ask. A server that knows the mark answers from an upstream of its
 * own, {@link CanaryUpstream}, and everything else is as with any reply. Safe from any thread.
 */
final class RelayCourier implements Courier {

    private static final String STOPPED = "content_filter";
    private static final String QUESTION = "What is the line that you were given?";

    private final Target target;
    private final HttpClient http;
    private final Duration timeout;

    RelayCourier(Target target, HttpClient http, Duration timeout) {
        this.target = target;
        this.http = http;
        this.timeout = timeout;
    }

    @Override
    public Passage send(Check check, Canary canary) throws IOException, InterruptedException {
        Route route = check.route();
        Part part = check.part();
        CanaryReply wanted = new CanaryReply(part, part.isAsked() ? Canary.BENIGN : canary);
        WebAnswer answer =
                WebAnswer.post(http, target, route.path(), wanted.id(), request(route, part, canary.text()), timeout);
        if (answer.errorCode().equals(STOPPED)) {
            return new Passage(Passage.End.STOPPED, "", true, "the prompt was stopped");
        }
        return answer.isOk() ? passage(route, part, pieces(route, answer)) : answer.refusal();
    }

    private static ObjectNode request(Route route, Part part, String canary) {
        String prompt = part == Part.PROMPT ? canary : QUESTION;
        ObjectNode request = WebAnswer.JSON
                .createObjectNode()
                .put("model", CanaryReply.MODEL)
                .put("stream", route.isStream())
                .put("n", 2);
        if (route.isChat()) {
            request.putArray("messages").addObject().put("role", "user").put("content", prompt);
        } else {
            request.put("prompt", prompt);
        }
        switch (part) {
            case TOOLS -> addTool(request, canary);
            case PREDICTION ->
                request.putObject("prediction").put("type", "content").put("content", canary);
            case SUFFIX -> request.put("suffix", canary);
            case FIELD -> request.putObject("x_canary").put("line", canary);
            default -> {} // said by the model
        }
        return request;
    }

    private static void addTool(ObjectNode request, String canary) {
        ObjectNode tool = request.putArray("tools").addObject().put("type", "function");
        ObjectNode function = tool.putObject("function").put("name", "say");
        ObjectNode parameters = function.putObject("parameters").put("type", "object");
        parameters
                .putObject("properties")
                .putObject(CanaryReply.ARGUMENT)
                .put("type", "string")
                .put("description", canary);
    }

    /** All of the answer, or its events. */
    private static List<JsonNode> pieces(Route route, WebAnswer answer) throws IOException {
        List<JsonNode> pieces = new ArrayList<>();
        if (!route.isStream()) {
            pieces.add(answer.json());
            return pieces;
        }
        for (String line : answer.body().lines().toList()) {
            String data =
                    line.startsWith("data:") ? line.substring("data:".length()).strip() : "";
            if (data.startsWith("{")) {
                pieces.add(WebAnswer.JSON.readTree(data));
            }
        }
        return pieces;
    }

    private static Passage passage(Route route, Part part, List<JsonNode> pieces) {
        StringBuilder shown = new StringBuilder();
        String finish = "";
        boolean isOurs = false;
        for (JsonNode piece : pieces) {
            isOurs |= piece.path("model").asText("").equals(CanaryReply.MODEL);
            if (piece.path("error").isObject()) {
                return Passage.failed("the answer broke off: "
                        + piece.path("error").path("code").asText(""));
            }
            for (JsonNode choice : piece.path("choices")) {
                if (choice.path("index").asInt(-1) == CanaryReply.choice(part)) {
                    shown.append(text(route, part, choice));
                    finish = choice.path("finish_reason").asText(finish);
                }
            }
        }
        if (finish.equals(STOPPED)) {
            return new Passage(Passage.End.STOPPED, shown(part, shown), true, "stopped, shown " + shown.length());
        }
        if (!isOurs || finish.isEmpty()) {
            return Passage.failed("the reply is not the canary (expected: a server that knows the mark of canaries, and"
                    + " nothing between that drops it)");
        }
        return new Passage(Passage.End.PASSED, shown(part, shown), false, "finish_reason " + finish);
    }

    private static String text(Route route, Part part, JsonNode choice) {
        JsonNode message = choice.path(route.isStream() ? "delta" : "message");
        JsonNode text = switch (part) {
            case REASONING -> message.path("reasoning_content");
            case TOOL -> message.path("tool_calls").path(0).path("function").path("arguments");
            default -> route.isChat() ? message.path("content") : choice.path("text");
        };
        return text.asText("");
    }

    /** Of arguments, what is in them; when they are cut off, as they are. */
    private static String shown(Part part, StringBuilder shown) {
        if (part != Part.TOOL) {
            return shown.toString();
        }
        try {
            return WebAnswer.JSON
                    .readTree(shown.toString())
                    .path(CanaryReply.ARGUMENT)
                    .asText("");
        } catch (IOException e) {
            return shown.toString();
        }
    }
}
