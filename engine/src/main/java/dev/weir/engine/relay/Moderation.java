package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.http.HttpAnswer;
import dev.weir.engine.stream.StreamSummary;
import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.ServerMessage;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request to moderate texts: each is a stream of its own, in monitor mode if its owner may ask for that, which is
 * scored to its end and behind all that somebody attends to. A few are open at once, or fewer where their tenant may not
 * have as many. On the event loop of its exchange.
 */
final class Moderation implements ModeratedText.Reader {

    /** Enough to fill a batch. */
    private static final int AT_ONCE = 16;

    /** How soon, and how often, a refused input is tried again: streams of ours that are over are about to be given back. */
    private static final int AGAIN_MILLIS = 20;

    private static final int MOST_AGAIN = 50;

    private final Exchange exchange;
    private final String id;
    private final ModerationInput input;
    /** Numbers of inputs that were not opened yet. */
    private final Deque<Integer> waiting = new ArrayDeque<>();
    /** Those that are over, by their number. */
    private final Map<Integer, ModeratedText> read = new TreeMap<>();

    private @Nullable ReplyTexts texts;
    private int open;
    private int mostOpen = AT_ONCE;
    private int refusedInTurn;
    private boolean over;

    Moderation(Exchange exchange, String id, ModerationInput input) {
        this.exchange = exchange;
        this.id = id;
        this.input = input;
    }

    void begin(ReplyTexts opening) {
        texts = opening;
        exchange.onGone(() -> {
            over = true;
            opening.abandon();
        });
        for (int number = 0; number < input.texts().size(); number++) {
            waiting.add(number);
        }
        openMore(opening);
    }

    private void openMore(ReplyTexts opening) {
        while (!over && open < mostOpen && !waiting.isEmpty()) {
            int number = waiting.removeFirst();
            open++;
            ModeratedText text = opening.score(number);
            text.append(input.texts().get(number));
            text.end();
        }
    }

    @Override
    public void moved(ModeratedText text) {
        ReplyTexts opening = texts;
        if (over || opening == null || !text.isOver()) {
            return;
        }
        open--;
        if (!(text.terminal() instanceof ServerMessage.ErrorMessage error)) {
            refusedInTurn = 0;
            read.put(text.choice(), text);
        } else if (error.code() == ErrorCode.TOO_MANY_STREAMS && isOurOwnDoing()) {
            waiting.addFirst(text.choice());
            mostOpen = Math.max(1, open);
            exchange.eventLoop().schedule(() -> openMore(opening), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            return;
        } else {
            finish();
            exchange.answer(RelayError.of(error).response());
            return;
        }
        openMore(opening);
        if (read.size() == input.texts().size()) {
            finish();
            FullHttpResponse answer = HttpAnswer.json(HttpResponseStatus.OK, RelayJson.write(answer()) + "\n");
            answer.headers().set("x-request-id", id);
            exchange.answer(answer);
        }
    }

    /** Whether the tenant has so many streams open because of this request. */
    private boolean isOurOwnDoing() {
        return open > 0 || (!read.isEmpty() && refusedInTurn++ < MOST_AGAIN);
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
                .put("model", "weir/" + read.values().iterator().next().policy());
        ArrayNode results = answer.putArray("results");
        read.values().forEach(text -> results.add(result(text)));
        return answer;
    }

    private ObjectNode result(ModeratedText text) {
        StreamSummary summary = text.summary();
        Map<Category, Double> risks = summary == null ? Map.of() : summary.maxRisks();
        double risk = summary == null ? 0 : summary.maxRisk();
        boolean stops = summary != null && (summary.wouldStopAt() >= 0 || summary.action() == Action.STOP);
        Action action = stops ? Action.STOP : summary == null ? Action.PASS : summary.action();
        Set<String> flagged = new TreeSet<>(text.flagged());
        boolean unscored = false;
        String receipt = "";
        if (text.terminal() instanceof ServerMessage.Ended ended) {
            unscored = ended.unscored();
            receipt = ended.receipt();
        } else if (text.terminal() instanceof ServerMessage.Stopped stopped) {
            unscored = stopped.category().equals(Category.UNSCORED.wireName());
            receipt = stopped.receipt();
            flagged.add(stopped.category());
            flagged.addAll(stopped.categories());
        }
        ObjectNode result = RelayJson.newObject().put("flagged", action != Action.PASS || unscored);
        ModerationCategories.write(result, flagged, risks);
        ObjectNode ours = result.putObject("weir")
                .put("action", action.wireName())
                .put("severity", Policy.severity(stops, risk).wireName())
                .put("risk", risk)
                .put("unscored", unscored || !input.unread().isEmpty())
                .put("receipt", receipt);
        if (!input.unread().isEmpty()) {
            input.unread().forEach(ours.putArray("unread")::add);
        }
        return result;
    }
}
