package dev.weir.bench.load;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One place in the load: a generator that plays text after text on a schedule of its own. When tokens are due and which
 * texts come in which order is decided by the seed; a text that is stopped only lets the next begin sooner. A refused
 * stream is opened again when the server says so, and what is due until then is counted as refused.
 */
final class Place {

    /** Opens a stream for a script. */
    interface Opening {
        PlayedStream open(Script script);
    }

    private final Traffic traffic;
    private final Arrivals arrivals;
    private final SplittableRandom texts;
    private final LoadTally tally;
    private final Opening opening;
    private long dueNanos;
    private @Nullable PlayedStream playing;

    Place(Traffic traffic, long seed, long firstDueNanos, LoadTally tally, Opening opening) {
        this.traffic = traffic;
        this.arrivals = new Arrivals(seed, traffic.rate());
        this.texts = new SplittableRandom(~seed);
        this.tally = tally;
        this.opening = opening;
        this.dueNanos = firstDueNanos;
    }

    /** Everything whose time has come. */
    void playUntil(long nowNanos) {
        while (dueNanos <= nowNanos) {
            play(dueNanos, nowNanos);
            dueNanos += arrivals.nextGapNanos();
        }
    }

    private void play(long intendedNanos, long nowNanos) {
        PlayedStream stream = playing;
        if (stream == null) {
            stream = opening.open(traffic.draw(texts));
        } else if (stream.isRefused()) {
            if (intendedNanos < stream.retryNanos()) {
                tally.refusedToken();
                return;
            }
            stream = opening.open(stream.script());
        } else if (stream.isOver() || stream.isPlayed()) {
            stream = opening.open(traffic.draw(texts));
        }
        playing = stream;
        stream.takeDue(intendedNanos, nowNanos);
    }

    void leave() {
        if (playing != null) {
            playing.cancel();
        }
    }
}
