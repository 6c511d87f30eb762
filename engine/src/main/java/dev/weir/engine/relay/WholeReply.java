package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.http.Exchange;
import dev.weir.protocol.ServerMessage;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A reply that comes whole: it is held until all of it is decided. */
final class WholeReply implements Reply {

    private final Relayed relayed;
    private final ReplyHead head;
    private final Exchange exchange;
    private final ReplyTexts texts;
    private final ModeratedText first;
    private final RelaySettings settings;
    private final WholeBody body;
    private final Map<Integer, Choice> choices = new TreeMap<>();
    private final Map<Integer, Piece> pieces = new TreeMap<>();
    private ObjectNode tree = RelayJson.newObject();
    private boolean whole;

    /** @param first the text of the first choice, which is open */
    WholeReply(
            Relayed relayed,
            ReplyHead head,
            Exchange exchange,
            ReplyTexts texts,
            ModeratedText first,
            RelaySettings settings) {
        this.relayed = relayed;
        this.head = head;
        this.exchange = exchange;
        this.texts = texts;
        this.first = first;
        this.settings = settings;
        this.body = new WholeBody(settings.maxReplyBytes());
    }

    @Override
    public void take(ByteBuf bytes) {
        if (!body.take(bytes)) {
            relayed.fail(RelayError.tooLong(settings));
        }
    }

    @Override
    public void pause() {}

    @Override
    public void end() {
        Optional<ObjectNode> read = RelayJson.object(body.text());
        if (read.isEmpty() || read.get().path("error").isObject()) {
            fail("the upstream's answer is not a reply");
            return;
        }
        tree = read.get();
        relayed.said(tree);
        whole = true;
        if (tree.path("choices").isEmpty()) {
            read(0, tree);
        }
        boolean alone = true;
        for (JsonNode each : tree.path("choices")) {
            if (!whole) {
                return; // one of them was refused
            }
            // The fields beside the choices are read with the first of them.
            ObjectNode one = alone ? tree.objectNode().setAll(tree) : tree.objectNode();
            one.putArray("choices").add(each);
            read(each.path("index").asInt(choices.size()), one);
            alone = false;
        }
        answerWhenDecided();
    }

    private void read(int index, ObjectNode one) {
        Choice choice = new Choice(index, texts, settings.unreadable());
        if (choices.isEmpty()) {
            choice.adopt(ReplyFields.CONTENT, first);
        }
        if (choices.size() == settings.maxChoices() || choices.put(index, choice) != null) {
            fail("more choices of the upstream than were asked for");
            return;
        }
        Piece piece = new Piece(one, "");
        pieces.put(index, piece);
        String unreadable = choice.take(piece);
        if (unreadable != null) {
            relayed.fail(RelayError.unreadable(null, unreadable));
        }
        choice.end();
    }

    @Override
    public void moved(ModeratedText text) {
        Choice choice = choices.get(text.choice());
        if (text.terminal() instanceof ServerMessage.Stopped stopped && choice != null && !choice.isOver()) {
            for (Choice each : choices.values()) {
                if (each == choice || settings.stopEnds() == RelaySettings.StopEnds.REPLY) {
                    stop(each, stopped);
                }
            }
        }
        answerWhenDecided();
    }

    /** One that was decided to its end, because of another one, keeps what it says. */
    private void stop(Choice choice, ServerMessage.Stopped stopped) {
        boolean wasDecided = choice.isOver();
        choice.giveUp();
        relayed.stopped(choice.index());
        Piece piece = pieces.get(choice.index());
        if (piece != null) {
            if (wasDecided) {
                piece.rewritten();
            } else {
                piece.cutOff();
            }
            if (piece.tree().path("choices").path(0) instanceof ObjectNode node) {
                StopNotice.finish(node, stopped);
            }
        }
    }

    private void answerWhenDecided() {
        if (!whole) {
            return;
        }
        choices.values().forEach(choice -> choice.drain(json -> {}));
        if (choices.values().stream().allMatch(Choice::isOver)) {
            whole = false;
            takeBack(pieces.values().iterator().next().tree());
            boolean asItCame = pieces.values().stream().noneMatch(Piece::isRewritten);
            exchange.answer(head.whole(HttpResponseStatus.OK, asItCame ? body.text() : RelayJson.write(tree)));
            relayed.done("relayed", null);
        }
    }

    /** What was read beside the choices, as it was left. */
    private void takeBack(ObjectNode read) {
        JsonNode all = tree.path("choices");
        tree.removeAll();
        tree.setAll(read);
        if (!all.isMissingNode()) {
            tree.set("choices", all);
        }
    }

    private void fail(String message) {
        relayed.fail(new RelayError(HttpResponseStatus.BAD_GATEWAY, "upstream_failed", null, message));
    }

    @Override
    public void fail(RelayError why) {
        whole = false;
        exchange.answer(why.response());
    }
}
