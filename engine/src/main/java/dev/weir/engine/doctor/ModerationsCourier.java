package dev.weir.engine.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;

/** Asks for the moderation of texts. Safe from any thread. */
final class ModerationsCourier implements Courier {

    private final Target target;
    private final HttpClient http;
    private final Duration timeout;

    ModerationsCourier(Target target, HttpClient http, Duration timeout) {
        this.target = target;
        this.http = http;
        this.timeout = timeout;
    }

    @Override
    public Passage send(Check check, Canary canary) throws IOException, InterruptedException {
        WebAnswer answer = WebAnswer.post(
                http,
                target,
                check.route().path(),
                canary.wireName(),
                WebAnswer.JSON.createObjectNode().put("input", canary.text()),
                timeout);
        if (!answer.isOk()) {
            return answer.refusal();
        }
        JsonNode flagged = answer.json().path("results").path(0).path("flagged");
        return flagged.isBoolean()
                ? new Passage(Passage.End.PASSED, "", flagged.booleanValue(), "flagged: " + flagged)
                : Passage.failed("an answer without results[0].flagged");
    }
}
