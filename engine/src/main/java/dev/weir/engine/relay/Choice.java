package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.ServerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One choice of a reply: its texts, and the pieces that wait for them. A piece leaves as soon as all its text may be
 * shown; the pieces of one text leave in their order, and a piece without text stays behind the text before it. The end
 * of the choice leaves when all its texts are decided to their ends.
 *
 * <p>On the event loop of its exchange.
 */
final class Choice {

    /** Opens a text of this choice. */
    interface Texts {
        ModeratedText open(int choice, Channel channel, String key, boolean json);
    }

    /** Of a piece, in UTF-16 units, while more than a word of it is left: less is a token or two, which the rest follows at once. */
    private static final int LEAST_CUT = 32;

    /** The texts that one choice may have; more have no meaning, and each is a stream. */
    private static final int MOST_TEXTS = 64;

    private final int index;
    private final Texts opening;
    private final RelaySettings.Unreadable unreadable;
    private final Map<String, ModeratedText> texts = new LinkedHashMap<>();
    private final Map<ModeratedText, Deque<Piece>> held = new LinkedHashMap<>();
    /** Those before the first text. */
    private final List<Piece> first = new ArrayList<>();
    /** From the one that ends the choice on. */
    private final List<Piece> last = new ArrayList<>();

    private @Nullable ModeratedText latest;
    private @Nullable Piece reading;
    private @Nullable String refused;
    private List<String> marked = new ArrayList<>();
    private @Nullable ObjectNode shape;
    private boolean ended;
    private boolean over;

    Choice(int index, Texts opening, RelaySettings.Unreadable unreadable) {
        this.index = index;
        this.opening = opening;
        this.unreadable = unreadable;
    }

    int index() {
        return index;
    }

    /** A text that is open before anything of it came. */
    void adopt(String key, ModeratedText text) {
        texts.put(key, text);
        held.put(text, new ArrayDeque<>());
    }

    /** Whether nothing more of it leaves. */
    boolean isOver() {
        return over;
    }

    /** Whether something of it waits. */
    boolean isHolding() {
        return !over
                && (!first.isEmpty()
                        || !last.isEmpty()
                        || held.values().stream().anyMatch(queue -> !queue.isEmpty()));
    }

    /**
     * The next piece.
     *
     * @return what in it nobody can read, when that is refused
     */
    @Nullable
    String take(Piece piece) {
        if (over) {
            return null;
        }
        shape = piece.tree();
        reading = piece;
        refused = null;
        marked = new ArrayList<>();
        new ReplyFields(new Finder()).read(piece.tree());
        if (!marked.isEmpty()) {
            marked.forEach(piece.tree().putObject("weir").putArray("unscored")::add);
            piece.rewritten();
        }
        if (refused != null) {
            return refused;
        }
        if (ended || piece.isLast()) {
            last.add(piece);
            end();
        } else if (latest == null) {
            first.add(piece);
        } else {
            ModeratedText behind =
                    piece.parts().isEmpty() ? latest : piece.parts().getFirst().text();
            queue(behind).add(piece);
        }
        return null;
    }

    private Deque<Piece> queue(ModeratedText text) {
        return held.computeIfAbsent(text, each -> new ArrayDeque<>());
    }

    /** Nothing follows of any text. */
    void end() {
        ended = true;
        texts.values().forEach(ModeratedText::end);
    }

    /** Lets go what may leave. */
    void drain(Consumer<String> leave) {
        if (over) {
            return;
        }
        first.forEach(piece -> leave.accept(piece.released()));
        first.clear();
        boolean empty = true;
        for (Deque<Piece> pieces : held.values()) {
            drain(pieces, leave);
            empty &= pieces.isEmpty();
        }
        if (ended && empty && texts.values().stream().allMatch(ModeratedText::isOver)) {
            last.forEach(piece -> leave.accept(piece.released()));
            over = true;
        }
    }

    private static void drain(Deque<Piece> pieces, Consumer<String> leave) {
        while (!pieces.isEmpty() && pieces.getFirst().isReleased()) {
            leave.accept(pieces.removeFirst().released());
        }
        if (!pieces.isEmpty() && pieces.getFirst().canBeCut(LEAST_CUT)) {
            leave.accept(pieces.getFirst().cut());
        }
    }

    /**
     * The choice is stopped where it is: what may be shown leaves, and then the end.
     *
     * @param otherwise whose shape it has when nothing came of this choice
     */
    void stop(@Nullable ObjectNode otherwise, ServerMessage.Stopped stopped, Consumer<String> leave) {
        for (Deque<Piece> pieces : held.values()) {
            if (!pieces.isEmpty() && pieces.getFirst().canBeCut(1)) {
                leave.accept(pieces.getFirst().cut());
            }
        }
        giveUp();
        ObjectNode last = shape == null ? otherwise : shape;
        if (last != null) {
            leave.accept(RelayJson.write(StopNotice.inPlaceOf(last, index, stopped)));
        }
    }

    /** Nobody wants the rest. */
    void giveUp() {
        over = true;
        held.clear();
        first.clear();
        last.clear();
        texts.values().forEach(ModeratedText::cancel);
    }

    private final class Finder implements ReplyFields.Sink {

        @Override
        public void text(Channel channel, String key, boolean json, Place place) {
            add(channel, key, json, place, false);
        }

        @Override
        public void whole(String key, Place place) {
            add(Channel.CONTENT, key, true, place, true);
        }

        private void add(Channel channel, String key, boolean json, Place place, boolean whole) {
            ModeratedText text = texts.get(key);
            if (text == null) {
                if (texts.size() == MOST_TEXTS) {
                    refused = "more than " + MOST_TEXTS + " texts in one choice";
                    return;
                }
                text = opening.open(index, channel, key, json);
                texts.put(key, text);
            } else if (whole) {
                text.separate();
            }
            if (latest != null && latest != text) {
                latest.flush(); // it may be that nothing follows there
            }
            latest = text;
            int from = text.length();
            text.append(place.text());
            if (reading != null) {
                reading.add(text, from, place);
            }
            if (whole) {
                text.flush();
            }
        }

        @Override
        public void unreadable(String name, Place place) {
            switch (unreadable) {
                case REFUSE -> refused = name;
                case MARK -> marked.add(name);
                case DROP -> {
                    place.remove();
                    if (reading != null) {
                        reading.rewritten();
                    }
                }
            }
        }
    }
}
