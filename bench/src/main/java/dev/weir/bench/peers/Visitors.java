package dev.weir.bench.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The traffic of one running server: its connections, and what came back over them. */
final class Visitors implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;
    private static final long LONGEST_FINISH_NANOS = 20 * SECOND;

    private final Running server;
    private final int connections;
    private final List<List<String>> texts;
    private final List<Link> links = new ArrayList<>();
    private final Tally tally = new Tally();

    /** Reads a server's instruments. */
    interface Instruments<M> {
        M read() throws IOException, InterruptedException;
    }

    /**
     * A measured stretch.
     *
     * @param before what the instruments showed at its beginning
     * @param errors in the whole visit, streams that were not answered in time among them
     */
    record Visit<M>(M before, M after, Tally.Seen seen, int errors) {}

    Visitors(Running server, int connections, List<List<String>> texts) {
        this.server = server;
        this.connections = connections;
        this.texts = texts;
        connect();
    }

    private void connect() {
        for (int i = 0; i < connections; i++) {
            links.add(server.connect());
        }
    }

    /**
     * Whole texts, as fast as they are answered, until so many tokens or so much time went by. That is more than a server can
     * take: what it refused, and connections that it closed for it, are forgotten.
     */
    void warmUp(int streams, int tokens, int mostSeconds) {
        Places places = new Places(streams, texts, links, tally, 0);
        places.playAtFullSpeed(tokens, mostSeconds * SECOND);
        places.finish(LONGEST_FINISH_NANOS);
        close();
        connect();
        tally.take();
    }

    /**
     * Plays a schedule, after a while measures, and lets what is under way finish.
     *
     * @param seed of the schedule and the texts: the same for contestants that are to be compared
     */
    <M> Visit<M> play(int streams, double rate, int settleSeconds, int seconds, long seed, Instruments<M> instruments)
            throws IOException, InterruptedException {
        Places places = new Places(streams, texts, links, tally, seed);
        places.schedule(rate);
        places.playFor(settleSeconds * SECOND, rate);
        int early = tally.take().errors();
        M before = instruments.read();
        places.playFor(seconds * SECOND, rate);
        M after = instruments.read();
        Tally.Seen seen = tally.take();
        boolean finished = places.finish(LONGEST_FINISH_NANOS);
        int late = tally.take().errors() + (finished ? 0 : 1);
        return new Visit<>(before, after, seen, early + seen.errors() + late);
    }

    @Override
    public void close() {
        links.forEach(Link::close);
        links.clear();
    }
}
