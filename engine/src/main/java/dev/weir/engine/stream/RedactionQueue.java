package dev.weir.engine.stream;

import dev.weir.engine.decision.DecisionSink.Redaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Redactions that have been decided but not told. They are told when the release comes past them, because only then is
 * it certain that no overlapping match is still to come: so told spans are disjoint, ascending and never cut.
 */
final class RedactionQueue {

    private final List<Redaction> waiting = new ArrayList<>();

    void add(Redaction redaction) {
        waiting.add(redaction);
        waiting.sort(Comparator.comparingLong(Redaction::from));
        for (int i = 1; i < waiting.size(); ) {
            Redaction left = waiting.get(i - 1);
            Redaction right = waiting.get(i);
            if (right.from() < left.to()) {
                waiting.set(i - 1, merge(left, right));
                waiting.remove(i);
            } else {
                i++;
            }
        }
    }

    /** The release nearest below {@code through} that does not cut a span. */
    long uncut(long through) {
        for (Redaction redaction : waiting) {
            if (redaction.from() < through && through < redaction.to()) {
                return redaction.from();
            }
        }
        return through;
    }

    /** Removes what must be told before a release through {@code through}, in the order of the text. */
    List<Redaction> takeBefore(long through) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Redaction> due =
                waiting.stream().filter(redaction -> redaction.from() < through).toList();
        waiting.removeAll(due);
        return due;
    }

    private static Redaction merge(Redaction left, Redaction right) {
        return new Redaction(
                left.category(),
                left.from(),
                Math.max(left.to(), right.to()),
                Math.max(left.risk(), right.risk()),
                left.replacement(),
                left.rule());
    }
}
