package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.http.Exchange;
import dev.weir.protocol.ServerMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A reply that comes as server-sent events, and leaves as such: each event as soon as its text may be shown. A stop ends
 * its choice with an event of the same shape; with the last choice the upstream is cancelled.
 */
final class StreamedReply implements Reply, SseReader.Sink {

    static final String DONE = "[DONE]";

    private final Relayed relayed;
    private final Exchange exchange;
    private final ReplyTexts texts;
    private final RelayRequest request;
    private final RelaySettings settings;
    private final SseReader reader;
    private final Map<Integer, Choice> choices = new TreeMap<>();
    /** About no choice, and behind what is held. */
    private final Deque<String> loose = new ArrayDeque<>();

    private @Nullable ObjectNode shape;
    private int textPieces;
    private boolean whole;
    private boolean over;

    /** @param first the text of the first choice, which is open */
    StreamedReply(
            Relayed relayed,
            ReplyHead head,
            Exchange exchange,
            ReplyTexts texts,
            ModeratedText first,
            RelayRequest request,
            RelaySettings settings) {
        this.relayed = relayed;
        this.exchange = exchange;
        this.texts = texts;
        this.request = request;
        this.settings = settings;
        this.reader = new SseReader(settings.maxEventBytes());
        choice(0).adopt(ReplyFields.CONTENT, first);
        exchange.begin(head.streamed());
        exchange.flush();
    }

    /** As one event. */
    static String asEvent(String data) {
        return "data: " + data.replace("\n", "\ndata: ") + "\n\n";
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, each -> new Choice(each, texts, settings.unreadable()));
    }

    @Override
    public void take(ByteBuf bytes) {
        try {
            reader.append(bytes, this);
        } catch (SseReader.TooLongException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void event(String data) {
        if (over || whole) {
            return;
        }
        if (data.equals(DONE)) {
            onWhole();
            return;
        }
        Optional<ObjectNode> tree = RelayJson.object(data);
        if (tree.isEmpty()) {
            fail("an event of the upstream is not one JSON object");
        } else if (tree.get().path("error").isObject() && !tree.get().has("choices")) {
            fail("the upstream failed in the middle of its answer");
        } else {
            onPieces(tree.get(), data);
        }
    }

    private void onPieces(ObjectNode tree, String json) {
        shape = tree;
        relayed.said(tree);
        boolean aboutNone = tree.path("choices").isEmpty();
        if (aboutNone && ReplyFields.isPlain("", tree)) {
            loose.add(json);
            drainChoices();
            return;
        }
        List<ObjectNode> pieces = Piece.perChoice(tree);
        for (ObjectNode each : pieces) {
            int index = each.path("choices").path(0).path("index").asInt(0);
            if (index < 0 || index >= settings.maxChoices()) {
                fail("choice " + index + " of the upstream (expected: below weir.relay.max-choices)");
                return;
            }
            Piece piece = new Piece(each, pieces.size() == 1 ? json : "");
            String unreadable = choice(index).take(piece);
            if (unreadable != null) {
                relayed.fail(RelayError.unreadable(null, unreadable));
                return;
            }
            textPieces += piece.hasText() ? 1 : 0;
        }
    }

    @Override
    public void comment() {
        if (!over) {
            exchange.write(Unpooled.copiedBuffer(":\n\n", StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void pause() {
        drain();
    }

    @Override
    public void end() {
        try {
            reader.end(this);
        } catch (SseReader.TooLongException e) {
            fail(String.valueOf(e.getMessage()));
        }
        onWhole();
        drain();
    }

    /** Nothing follows of any choice. */
    private void onWhole() {
        whole = true;
        choices.values().forEach(Choice::end);
    }

    @Override
    public void moved(ModeratedText text) {
        if (text.terminal() instanceof ServerMessage.Stopped stopped
                && !choice(text.choice()).isOver()) {
            onStopped(text, stopped);
        }
        drain();
    }

    private void onStopped(ModeratedText text, ServerMessage.Stopped stopped) {
        for (Choice choice : choices.values()) {
            boolean ends = choice.index() == text.choice() || settings.stopEnds() == RelaySettings.StopEnds.REPLY;
            if (ends && !choice.isOver()) {
                choice.stop(shape, stopped, this::write);
                relayed.stopped(choice.index());
            }
        }
        boolean allStarted = choices.size() >= request.choices();
        boolean noneLeft = settings.stopEnds() == RelaySettings.StopEnds.REPLY
                || (allStarted && choices.values().stream().allMatch(Choice::isOver));
        if (noneLeft && !whole) {
            whole = true;
            relayed.cancelUpstream(text.decidedNanos());
            if (request.wantsUsage() && shape != null) {
                loose.clear();
                loose.add(RelayJson.write(Usage.add(StopNotice.plain(shape), textPieces)));
            }
        }
    }

    private void drain() {
        if (over) {
            return;
        }
        drainChoices();
        if (whole && choices.values().stream().allMatch(Choice::isOver)) {
            over = true;
            write(DONE);
            exchange.end();
            relayed.done("relayed", null);
        } else {
            exchange.flush();
        }
    }

    private void drainChoices() {
        choices.values().forEach(choice -> choice.drain(this::write));
        if (choices.values().stream().noneMatch(Choice::isHolding)) {
            loose.forEach(this::write);
            loose.clear();
        }
    }

    private void write(String data) {
        exchange.write(Unpooled.copiedBuffer(asEvent(data), StandardCharsets.UTF_8));
    }

    private void fail(String message) {
        relayed.fail(new RelayError(HttpResponseStatus.BAD_GATEWAY, "upstream_failed", null, message));
    }

    /** What was shown stays, and an error is the last event: clients throw it. */
    @Override
    public void fail(RelayError why) {
        if (!over) {
            over = true;
            write(why.json());
            exchange.end();
        }
    }
}
