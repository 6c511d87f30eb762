package dev.weir.engine.trace;

import dev.weir.engine.decision.Decision;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A stream of the ledger, decided again.
 *
 * @param recorded whether it has a trace
 * @param differences between its receipts and {@code before}, in words; none when it was reproduced
 * @param before as it was decided
 * @param after as it would be under what is tried; the same as {@code before} when nothing is
 */
public record ReplayedStream(
        String uid, boolean recorded, List<String> differences, Redecision before, Redecision after) {

    /** What trying another policy or other weights does to a stop. */
    public enum Change {
        /** Stopped in both or in neither, at the same place. */
        NONE,
        STOPS_NOW,
        STOPS_NO_MORE,
        EARLIER,
        LATER
    }

    private static final Redecision NOTHING = new Redecision(List.of(), false, false);

    public ReplayedStream {
        differences = List.copyOf(differences);
    }

    static ReplayedStream unrecorded(String uid) {
        return new ReplayedStream(uid, false, List.of(), NOTHING, NOTHING);
    }

    static ReplayedStream unreadable(String uid, String why) {
        return new ReplayedStream(uid, true, List.of(why), NOTHING, NOTHING);
    }

    public Change change() {
        Optional<Decision> was = before.stop();
        Optional<Decision> is = after.stop();
        if (was.isEmpty() || is.isEmpty()) {
            return was.isPresent() ? Change.STOPS_NO_MORE : is.isPresent() ? Change.STOPS_NOW : Change.NONE;
        }
        int moved = movedBy();
        return moved < 0 ? Change.EARLIER : moved > 0 ? Change.LATER : Change.NONE;
    }

    /** Code points by which a stop moves; below 0 to an earlier place, 0 unless it is stopped in both. */
    public int movedBy() {
        Optional<Decision> was = before.stop();
        Optional<Decision> is = after.stop();
        return was.isEmpty() || is.isEmpty() ? 0 : is.get().at() - was.get().at();
    }

    /** Stops, flags and redactions, as receipts tell them apart, that would not be made any more. */
    public Set<String> gone() {
        Set<String> gone = keys(before);
        gone.removeAll(keys(after));
        return gone;
    }

    /** Stops, flags and redactions that would be made, and were not. */
    public Set<String> added() {
        Set<String> added = keys(after);
        added.removeAll(keys(before));
        return added;
    }

    private static Set<String> keys(Redecision decided) {
        return decided.decisions().stream()
                .filter(decision -> decision.kind() != Decision.Kind.END)
                .map(Decision::key)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
