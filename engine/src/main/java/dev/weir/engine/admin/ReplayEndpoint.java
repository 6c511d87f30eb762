package dev.weir.engine.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.engine.decision.Policy;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What another budget or policy would have done. Thread-safe. */
final class ReplayEndpoint {

    private final PolicyChoices choices;
    private final WhatIf whatIf;
    private final int mostStreams;

    ReplayEndpoint(PolicyChoices choices, WhatIf whatIf, int mostStreams) {
        this.choices = choices;
        this.whatIf = whatIf;
        this.mostStreams = mostStreams;
    }

    Answer progress() {
        return Answer.json(whatIf.progress());
    }

    CompletionStage<Answer> begin(AdminRequest request) throws Refusal {
        JsonNode asked = request.json();
        int streams = asked.path("streams").asInt();
        if (streams < 1 || streams > mostStreams) {
            throw Refusal.badRequest("streams: " + streams + " (expected: 1 to " + mostStreams + ")");
        }
        String of = asked.path("of").asText();
        require("of", choices.names().contains(of), choices.names());
        String name = asked.path("policy").asText();
        require("policy", choices.names().contains(name), choices.names());
        String under = asked.path("under").asText();
        Map<String, Policy> alternatives = choices.of(name);
        Policy tried = alternatives.get(under);
        require("under", tried != null, alternatives.keySet());
        WhatIf.Question question = new WhatIf.Question(of, name, under, streams);
        if (tried == null || !whatIf.begin(question, tried)) {
            throw new Refusal(
                    HttpResponseStatus.CONFLICT, "a replay is running (expected: none; wait for it or cancel it)");
        }
        return CompletableFuture.completedFuture(Answer.json(HttpResponseStatus.ACCEPTED, whatIf.progress()));
    }

    CompletionStage<Answer> cancel(AdminRequest request) {
        whatIf.cancel();
        return CompletableFuture.completedFuture(progress());
    }

    private static void require(String field, boolean isMet, Object expected) throws Refusal {
        if (!isMet) {
            throw Refusal.badRequest(field + ": another string (expected: one of " + expected + ")");
        }
    }
}
