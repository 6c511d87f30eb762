package dev.weir.bench.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/** One contestant, up for the whole run, and the turns it has taken. */
final class Turns implements AutoCloseable {
    private static final int CONNECTIONS = 4;

    private final Contestant contestant;
    private final Running server;
    private final Visitors visitors;
    private final List<Round> rounds = new ArrayList<>();

    private record Reading(OptionalDouble windows, long processorMillis) {}

    Turns(Contestant contestant, Running server, List<List<String>> texts) {
        this.contestant = contestant;
        this.server = server;
        this.visitors = new Visitors(server, CONNECTIONS, texts);
    }

    Contestant contestant() {
        return contestant;
    }

    List<Round> rounds() {
        return List.copyOf(rounds);
    }

    void warmUp(int streams, int tokens, int mostSeconds) {
        visitors.warmUp(contestant.streamsOf(streams), tokens, mostSeconds);
    }

    /** Plays the schedule of a round, the same texts to every contestant with as many streams. */
    void take(int streams, double rate, int settleSeconds, int seconds, int round)
            throws IOException, InterruptedException {
        Visitors.Visit<Reading> visit = visitors.play(
                contestant.streamsOf(streams),
                rate,
                settleSeconds,
                seconds,
                round,
                () -> new Reading(server.windows(), server.times().millis()));
        Tally.Seen seen = visit.seen();
        Reading before = visit.before();
        Reading after = visit.after();
        rounds.add(new Round(
                seen.tokens(),
                seen.latencyMicros().getTotalCount(),
                after.windows().isPresent()
                        ? after.windows().getAsDouble() - before.windows().orElseThrow()
                        : seen.answers(),
                after.processorMillis() - before.processorMillis(),
                quantiles(seen.latencyMicros(), 1e3),
                quantiles(seen.lagTokens(), 1),
                visit.errors()));
    }

    private static Round.Quantiles quantiles(Histogram histogram, double unit) {
        return new Round.Quantiles(
                histogram.getValueAtPercentile(50) / unit, histogram.getValueAtPercentile(99) / unit);
    }

    @Override
    public void close() {
        visitors.close();
        server.close();
    }
}
