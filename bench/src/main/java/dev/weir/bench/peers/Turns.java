package dev.weir.bench.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/** One contestant, up for the whole run, and the turns it has taken. */
final class Turns implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final long SECOND = 1_000_000_000L;
    private static final long LONGEST_FINISH_NANOS = 20 * SECOND;

    private final Contestant contestant;
    private final Running server;
    private final List<List<String>> texts;
    private final List<Link> links = new ArrayList<>();
    private final Tally tally = new Tally();
    private final List<Round> rounds = new ArrayList<>();

    Turns(Contestant contestant, Running server, List<List<String>> texts) {
        this.contestant = contestant;
        this.server = server;
        this.texts = texts;
        for (int i = 0; i < CONNECTIONS; i++) {
            links.add(server.connect());
        }
    }

    Contestant contestant() {
        return contestant;
    }

    List<Round> rounds() {
        return List.copyOf(rounds);
    }

    void warmUp(int streams, int tokens, int seconds) {
        Places places = new Places(contestant.streamsOf(streams), texts, links, tally, 0);
        places.playAtFullSpeed(tokens, seconds * SECOND);
        places.finish(LONGEST_FINISH_NANOS);
    }

    /** Plays the schedule of a round, the same texts to every contestant with as many streams. */
    void take(int streams, double rate, int settleSeconds, int seconds, int round)
            throws IOException, InterruptedException {
        Places places = new Places(contestant.streamsOf(streams), texts, links, tally, round);
        places.schedule(rate);
        places.playFor(settleSeconds * SECOND, rate);
        tally.take();
        OptionalDouble windowsBefore = server.windows();
        long processorBefore = server.times().millis();
        places.playFor(seconds * SECOND, rate);
        long processor = server.times().millis() - processorBefore;
        Tally.Seen seen = tally.take();
        OptionalDouble windows = server.windows();
        double checkpoints = windows.isPresent() ? windows.getAsDouble() - windowsBefore.getAsDouble() : seen.answers();
        boolean finished = places.finish(LONGEST_FINISH_NANOS);
        int late = tally.take().errors() + (finished ? 0 : 1);
        rounds.add(new Round(
                seen.tokens(),
                checkpoints,
                processor,
                quantiles(seen.latencyMicros(), 1e3),
                quantiles(seen.lagTokens(), 1),
                seen.errors() + late));
    }

    private static Round.Quantiles quantiles(Histogram histogram, double unit) {
        return new Round.Quantiles(
                histogram.getValueAtPercentile(50) / unit, histogram.getValueAtPercentile(99) / unit);
    }

    @Override
    public void close() {
        links.forEach(Link::close);
        server.close();
    }
}
