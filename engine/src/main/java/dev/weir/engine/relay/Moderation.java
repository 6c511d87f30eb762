package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.engine.stream.StreamSummary;
import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.ServerMessage;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One request to moderate texts: each is a stream of its own in monitor mode, which is scored to its end and behind
 * replies that somebody reads. On the event loop of its exchange.
 */
final class Moderation implements ModeratedText.Reader {

    private final Exchange exchange;
    private final String id;
    private final List<ModeratedText> inputs = new ArrayList<>();
    private @Nullable ReplyTexts texts;
    private boolean over;

    Moderation(Exchange exchange, String id) {
        this.exchange = exchange;
        this.id = id;
    }

    void begin(ReplyTexts opening, List<String> input) {
        texts = opening;
        exchange.onGone(() -> {
            over = true;
            opening.abandon();
        });
        for (int i = 0; i < input.size(); i++) {
            ModeratedText text = opening.score(i);
            inputs.add(text);
            text.append(input.get(i));
            text.end();
        }
    }

    @Override
    public void moved(ModeratedText text) {
        if (over) {
            return;
        }
        if (text.terminal() instanceof ServerMessage.ErrorMessage error) {
            finish();
            exchange.answer(RelayError.of(error).response());
        } else if (inputs.stream().allMatch(ModeratedText::isOver)) {
            finish();
            exchange.answer(HttpAnswer.json(HttpResponseStatus.OK, RelayJson.write(answer()) + "\n"));
        }
    }

    private void finish() {
        over = true;
        if (texts != null) {
            texts.cancel();
        }
    }

    private ObjectNode answer() {
        ObjectNode answer = RelayJson.newObject()
                .put("id", "modr-" + id)
                .put("model", "weir/" + inputs.getFirst().policy());
        ArrayNode results = answer.putArray("results");
        inputs.forEach(input -> results.add(result(input)));
        return answer;
    }

    private static ObjectNode result(ModeratedText input) {
        StreamSummary summary = input.summary();
        Map<Category, Double> risks = summary == null ? Map.of() : summary.maxRisks();
        double risk = summary == null ? 0 : summary.maxRisk();
        boolean stops = summary != null && (summary.wouldStopAt() >= 0 || summary.action() == Action.STOP);
        Action action = stops ? Action.STOP : summary == null ? Action.PASS : summary.action();
        Set<String> flagged = new TreeSet<>(input.flagged());
        boolean unscored = false;
        String receipt = "";
        if (input.terminal() instanceof ServerMessage.Ended ended) {
            unscored = ended.unscored();
            receipt = ended.receipt();
        } else if (input.terminal() instanceof ServerMessage.Stopped stopped) {
            unscored = stopped.category().equals(Category.UNSCORED.wireName());
            receipt = stopped.receipt();
            flagged.add(stopped.category());
            flagged.addAll(stopped.categories());
        }
        ObjectNode result = RelayJson.newObject().put("flagged", action != Action.PASS || unscored);
        ModerationCategories.write(result, flagged, risks);
        result.putObject("weir")
                .put("action", action.wireName())
                .put("severity", Policy.severity(stops, risk).wireName())
                .put("risk", risk)
                .put("unscored", unscored)
                .put("receipt", receipt);
        return result;
    }
}
