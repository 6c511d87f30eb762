package dev.weir.engine.live;

import dev.weir.engine.ledger.Receipt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams that are open, for whoever wants to see them move. A stream costs an entry here when it opens, and for each
 * token one look at whether anybody watches; its risk is written down only then. Thread-safe.
 */
public final class LiveStreams {

    private static final int STOPS = 40;

    private final Set<LiveStream> open = ConcurrentHashMap.newKeySet();
    private final Deque<Receipt> stops = new ArrayDeque<>(); // guarded by itself
    private volatile boolean watched;

    /** To be closed when the stream is over. */
    public LiveStream open(LiveStream.About about) {
        LiveStream stream = new LiveStream(this, about);
        open.add(stream);
        return stream;
    }

    /** A stream was stopped; the latest are remembered, whether somebody watches or not. */
    void stopped(Receipt receipt) {
        synchronized (stops) {
            if (stops.size() == STOPS) {
                stops.removeLast();
            }
            stops.addFirst(receipt);
        }
    }

    /** The latest first. */
    public List<Receipt> stops() {
        synchronized (stops) {
            return List.copyOf(stops);
        }
    }

    /** Whether risks are written down from now on; what was written is forgotten when they are not. */
    public void watch(boolean on) {
        watched = on;
        if (!on) {
            open.forEach(LiveStream::forget);
        }
    }

    boolean isWatched() {
        return watched;
    }

    void remove(LiveStream stream) {
        open.remove(stream);
    }

    /** The riskiest now, riskiest first, and after them the newest of the others. */
    public List<LiveStream.View> sample(int riskiest, int newest) {
        List<LiveStream> all = new ArrayList<>(open);
        List<LiveStream.View> views = new ArrayList<>();
        record Ranked(LiveStream stream, double risk) {} // a risk that moves while it is sorted by would be none
        Set<LiveStream> chosen = new LinkedHashSet<>();
        all.stream()
                .map(stream -> new Ranked(stream, stream.nowRisk()))
                .sorted(Comparator.comparingDouble(Ranked::risk).reversed())
                .limit(riskiest)
                .forEach(ranked -> chosen.add(ranked.stream()));
        all.stream()
                .filter(stream -> !chosen.contains(stream))
                .sorted(Comparator.comparingLong(LiveStream::openedMillis).reversed())
                .limit(newest)
                .forEach(chosen::add);
        chosen.forEach(stream -> views.add(stream.view()));
        return views;
    }
}
