package dev.weir.bench.peers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One text on its way. Sent from one thread, answered on another. */
final class PlayedText implements Link.Answers {

    private record Uncovered(int endUtf16, int number, long intendedNanos) {}

    private final List<String> pieces;
    private final Tally tally;
    private final Link.Line line;
    private final Deque<Uncovered> uncovered = new ArrayDeque<>();
    private int sent;
    private int length;
    private boolean complete;
    private volatile boolean over;

    PlayedText(List<String> pieces, Link link, Tally tally) {
        this.pieces = pieces;
        this.tally = tally;
        this.line = link.open(this);
    }

    /** Sends one piece more, and the end after the last. */
    void sendNext(long intendedNanos) {
        String piece = pieces.get(sent);
        synchronized (uncovered) {
            length += piece.length();
            uncovered.add(new Uncovered(length, sent, intendedNanos));
            sent++;
        }
        tally.sent();
        line.send(piece);
        if (sent == pieces.size()) {
            end();
        }
    }

    void end() {
        if (!complete) {
            complete = true;
            line.end();
        }
    }

    boolean isComplete() {
        return complete;
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void covered(int through) {
        long now = System.nanoTime();
        synchronized (uncovered) {
            if (uncovered.isEmpty() || uncovered.getFirst().endUtf16() > through) {
                return;
            }
            tally.answered();
            while (!uncovered.isEmpty() && uncovered.getFirst().endUtf16() <= through) {
                Uncovered token = uncovered.removeFirst();
                tally.covered(now - token.intendedNanos(), sent - 1 - token.number());
            }
        }
    }

    @Override
    public void over(boolean failed) {
        over = true;
        if (failed) {
            tally.failed();
        }
    }
}
