package dev.weir.bench;

import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One place in the load: plays a text at its rate, then the next. Sending happens on one thread, verdicts come on the
 * client's.
 */
final class PlayedStream {

    /** A delta that no release has covered yet. */
    private record Uncovered(int endUtf16, long intendedNanos) {}

    private final WeirClient client;
    private final StreamOptions options;
    private final List<List<String>> texts;
    private final Random random;
    private final long interval;
    private final LoadTally tally;
    private long dueNanos;
    private @Nullable Playing playing;

    PlayedStream(
            WeirClient client,
            StreamOptions options,
            List<List<String>> texts,
            Random random,
            long firstDueNanos,
            long intervalNanos,
            LoadTally tally) {
        this.client = client;
        this.options = options;
        this.texts = texts;
        this.random = random;
        this.dueNanos = firstDueNanos;
        this.interval = intervalNanos;
        this.tally = tally;
    }

    /** Sends every delta whose time has come, and returns when the next one's will. */
    long sendWhatIsDue(long nowNanos) {
        while (dueNanos <= nowNanos) {
            if (playing == null || playing.isOver()) {
                playing = new Playing(texts.get(random.nextInt(texts.size())));
            }
            playing.sendNext(dueNanos);
            dueNanos += interval;
        }
        return dueNanos;
    }

    private final class Playing {
        private final List<String> pieces;
        private final Deque<Uncovered> uncovered = new ArrayDeque<>();
        private final ModeratedStream stream;
        private int sent;
        private int length;
        private volatile boolean over;

        Playing(List<String> pieces) {
            this.pieces = pieces;
            this.stream = client.open(options, this::onMessage);
            stream.outcome().thenAccept(outcome -> {
                over = true;
                switch (outcome) {
                    case Outcome.Ended ended -> tally.ended(false);
                    case Outcome.Stopped stopped -> tally.ended(true);
                    case Outcome.Failed failed -> tally.failed();
                }
            });
        }

        boolean isOver() {
            return over || sent == pieces.size();
        }

        void sendNext(long intendedNanos) {
            String piece = pieces.get(sent++);
            length += piece.length();
            synchronized (uncovered) {
                uncovered.add(new Uncovered(length, intendedNanos));
            }
            tally.sent();
            stream.send(piece);
            if (sent == pieces.size()) {
                stream.end();
            }
        }

        private void onMessage(ServerMessage message) {
            if (message instanceof ServerMessage.Released released) {
                long now = System.nanoTime();
                synchronized (uncovered) {
                    while (!uncovered.isEmpty() && uncovered.getFirst().endUtf16() <= released.through()) {
                        tally.covered(now - uncovered.removeFirst().intendedNanos());
                    }
                }
            }
        }
    }
}
