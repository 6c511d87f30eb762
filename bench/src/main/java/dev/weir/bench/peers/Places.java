package dev.weir.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Streams that are played side by side: each plays a text, then the next. Open loop when measured: every place has a
 * fixed schedule, and latency counts from the moment a token should have been sent, so a server that stalls cannot hide
 * it. One thread.
 */
final class Places {
    private static final long LONGEST_PARK_NANOS = 2_000_000;

    private final List<List<String>> texts;
    private final List<Link> links;
    private final Tally tally;
    private final Random random;
    private final List<Place> places = new ArrayList<>();

    private static final class Place {
        long dueNanos;

        @Nullable
        PlayedText playing;
    }

    /** @param texts each cut into tokens */
    Places(int streams, List<List<String>> texts, List<Link> links, Tally tally, long seed) {
        this.texts = texts;
        this.links = links;
        this.tally = tally;
        this.random = new Random(seed);
        for (int i = 0; i < streams; i++) {
            places.add(new Place());
        }
    }

    /** Sends whole texts, at each place the next when the one before is answered, until so much was sent. */
    void playAtFullSpeed(int tokens, long mostNanos) {
        long until = System.nanoTime() + mostNanos;
        while (tally.tokens() < tokens && System.nanoTime() < until) {
            for (int i = 0; i < places.size(); i++) {
                Place place = places.get(i);
                if (place.playing == null || place.playing.isOver()) {
                    PlayedText text = nextText(i);
                    while (!text.isComplete()) {
                        text.sendNext(System.nanoTime());
                    }
                    place.playing = text;
                }
            }
            LockSupport.parkNanos(LONGEST_PARK_NANOS);
        }
    }

    /** Begins a schedule of {@code tokensPerSecond} at each place, the places spread over the first interval. */
    void schedule(double tokensPerSecond) {
        long interval = (long) (1e9 / tokensPerSecond);
        long now = System.nanoTime();
        for (Place place : places) {
            place.dueNanos = now + (long) (random.nextDouble() * interval);
            place.playing = null;
        }
    }

    /** Sends every token that becomes due in that time. */
    void playFor(long nanos, double tokensPerSecond) {
        long interval = (long) (1e9 / tokensPerSecond);
        long until = System.nanoTime() + nanos;
        for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
            long next = until;
            for (int i = 0; i < places.size(); i++) {
                Place place = places.get(i);
                while (place.dueNanos <= now) {
                    if (place.playing == null || place.playing.isComplete() || place.playing.isOver()) {
                        place.playing = nextText(i);
                    }
                    place.playing.sendNext(place.dueNanos);
                    place.dueNanos += interval;
                }
                next = Math.min(next, place.dueNanos);
            }
            LockSupport.parkNanos(Math.clamp(next - System.nanoTime(), 0, LONGEST_PARK_NANOS));
        }
    }

    /** Ends what is under way and waits for the last answers; false when they did not come in time. */
    boolean finish(long mostNanos) {
        for (Place place : places) {
            if (place.playing != null) {
                place.playing.end();
            }
        }
        long until = System.nanoTime() + mostNanos;
        while (places.stream().anyMatch(place -> place.playing != null && !place.playing.isOver())) {
            if (System.nanoTime() > until) {
                return false;
            }
            LockSupport.parkNanos(LONGEST_PARK_NANOS);
        }
        return true;
    }

    private PlayedText nextText(int place) {
        return new PlayedText(texts.get(random.nextInt(texts.size())), links.get(place % links.size()), tally);
    }
}
