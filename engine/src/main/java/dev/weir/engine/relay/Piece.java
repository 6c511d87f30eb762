package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One event of a reply, about one choice, or a whole reply of one: what the upstream said, and which text is in it. As
 * long as nothing in it is rewritten it leaves as it came.
 */
final class Piece {

    /** Text of one field, from and up to these offsets of what the field held. */
    record Part(ModeratedText text, int from, int to, Place place) {

        boolean isReleased() {
            return text.through() >= to;
        }

        /** What of it comes from this offset on. */
        String rest(int offset) {
            return place.text().substring(Math.max(0, offset - from));
        }
    }

    private final ObjectNode tree;
    private final List<Part> parts = new ArrayList<>(1);
    private String json;
    private boolean rewritten;

    /** @param json that {@code tree} is */
    Piece(ObjectNode tree, String json) {
        this.tree = tree;
        this.json = json;
    }

    ObjectNode tree() {
        return tree;
    }

    /** Something in the tree was changed. */
    void rewritten() {
        json = "";
        rewritten = true;
    }

    boolean isRewritten() {
        return rewritten;
    }

    boolean hasText() {
        return parts.stream().anyMatch(part -> part.to() > part.from());
    }

    void add(ModeratedText text, int from, Place place) {
        parts.add(new Part(text, from, text.length(), place));
        if (parts.size() > 1) { // what is before it in one text may wait behind another
            parts.forEach(part -> part.text().keepAll());
        }
    }

    List<Part> parts() {
        return parts;
    }

    boolean isReleased() {
        return parts.stream().allMatch(Part::isReleased);
    }

    /** What leaves of a piece that is released. */
    String released() {
        for (Part part : parts) {
            if (!part.text().isUnchanged(part.from(), part.to())) {
                part.place().replace(part.text().shown(part.from(), part.to()));
                rewritten();
            }
            part.text().forgetBefore(part.to());
        }
        return json.isEmpty() ? RelayJson.write(tree) : json;
    }

    /** Whether the choice ends with it. */
    boolean isLast() {
        return tree.path("choices").path(0).path("finish_reason").isTextual();
    }

    /**
     * Whether some of it may be shown that is more than blanks, and it is worth an event of its own: it is long, or all but
     * the last word, which waits for the next piece.
     */
    boolean canBeCut(int least) {
        if (parts.size() != 1 || isLast() || !parts.getFirst().place().isText()) {
            return false;
        }
        Part part = parts.getFirst();
        int through = Math.min(part.to(), part.text().through());
        boolean isWorthIt = through >= part.from() + least || isOneWord(part.rest(through));
        return isWorthIt && !part.text().shown(part.from(), through).isBlank();
    }

    private static boolean isOneWord(String rest) {
        return rest.strip().chars().noneMatch(Character::isWhitespace);
    }

    /** Takes off what may be shown, as a piece of its own; the rest follows. Only where there is one part. */
    String cut() {
        Part part = parts.getFirst();
        int through = Math.min(part.to(), part.text().through());
        String rest = part.rest(through);
        part.place().replace(part.text().shown(part.from(), through));
        String first = RelayJson.write(tree);
        part.place().replace(rest);
        parts.set(0, new Part(part.text(), through, part.to(), part.place()));
        rewritten();
        return first;
    }

    /** Leaves in it only what may be shown, and of calls only those that may be shown whole. */
    void cutOff() {
        boolean callsAreWhole = true;
        for (Part part : parts) {
            int through = Math.max(part.from(), Math.min(part.to(), part.text().through()));
            boolean isCall = !part.place().parent().path("arguments").isMissingNode();
            callsAreWhole &= !isCall || part.isReleased();
            part.place().replace(part.text().shown(part.from(), through));
        }
        if (!callsAreWhole && tree.path("choices").path(0).path("message") instanceof ObjectNode message) {
            message.remove(List.of("tool_calls", "function_call"));
        }
        rewritten();
    }

    /** Of several choices one each. */
    static List<ObjectNode> perChoice(ObjectNode tree) {
        if (!(tree.path("choices") instanceof ArrayNode choices) || choices.size() < 2) {
            return List.of(tree);
        }
        List<ObjectNode> each = new ArrayList<>();
        for (JsonNode choice : choices) {
            ObjectNode one = tree.deepCopy();
            one.putArray("choices").add(choice);
            each.add(one);
        }
        return each;
    }
}
