package dev.weir.bench.report;

import dev.weir.bench.load.Latencies;
import dev.weir.bench.load.Tallied;
import dev.weir.bench.server.ExpertLoad;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Points as a terminal shows them. */
public final class PointTable {

    private PointTable() {}

    public static String of(List<Point> points) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT,
                "%-14s %7s %9s | %7s %7s %7s %7s | %7s %7s | %7s %7s %7s %8s | %6s %6s%n",
                "part",
                "streams",
                "tokens/s",
                "p50 ms",
                "p99",
                "p99.9",
                "max",
                "to stop",
                "p99",
                "refused",
                "coarse",
                "asleep",
                "unscored",
                "cores",
                "ms/1k"));
        points.forEach(point -> table.append(line(point)));
        return table.toString();
    }

    static String line(Point point) {
        Tallied seen = point.client();
        Latencies released = seen.released();
        Latencies stop = seen.crossedToStopped();
        Point.ServerSide server = point.server();
        return String.format(
                Locale.ROOT,
                "%-14s %7d %9.0f | %7.1f %7.1f %7.1f %7.1f | %7.1f %7.1f | %7d %6.1f%% %6.1f%% %7.1f%% | %6s %6s%s%n",
                point.name(),
                point.streams(),
                seen.tokensPerSecond(),
                released.p50(),
                released.p99(),
                released.p999(),
                released.max(),
                stop.p50(),
                stop.p99(),
                seen.refused(),
                seen.percent(seen.degradedTokens().coarse()),
                seen.percent(seen.degradedTokens().asleep()),
                seen.percent(seen.degradedTokens().unscored()),
                server == null ? "-" : String.format(Locale.ROOT, "%.2f", server.cores()),
                server == null ? "-" : String.format(Locale.ROOT, "%.1f", server.millisPerThousandTokensInAll()),
                seen.errors().isEmpty() ? "" : "  errors " + seen.errors());
    }

    /** All that is known of one point. */
    public static String details(Point point) {
        Tallied seen = point.client();
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%n%s: %d streams, %.0f tokens/s for %.0f s%n",
                point.name(),
                point.streams(),
                seen.tokensPerSecond(),
                seen.seconds()));
        latencies(text, "settled delta to released", seen.released());
        latencies(text, "  from its own time", seen.asRead());
        latencies(text, "crossing delta to stopped", seen.crossedToStopped());
        latencies(text, "annotated onset to stopped", seen.onsetToStopped());
        latencies(text, "the client's own lag", seen.sendLag());
        text.append(String.format(
                Locale.ROOT,
                "  streams ended %d, stopped %d, coarse %d, asleep %d, unscored %d, refused %d (%d tokens); exposure"
                        + " %.1f code points, max %d%n",
                seen.ended(),
                seen.stopped(),
                seen.degradedStreams().coarse(),
                seen.degradedStreams().asleep(),
                seen.degradedStreams().unscored(),
                seen.refused(),
                seen.refusedTokens(),
                seen.exposure(),
                seen.maxExposure()));
        Point.ServerSide server = point.server();
        if (server != null) {
            server(text, server);
        }
        return text.toString();
    }

    private static void latencies(StringBuilder text, String name, Latencies latencies) {
        if (latencies.count() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-28s ms: p50 %8.1f   p99 %8.1f   p99.9 %8.1f   max %8.1f   (%,d)%n",
                    name,
                    latencies.p50(),
                    latencies.p99(),
                    latencies.p999(),
                    latencies.max(),
                    latencies.count()));
        }
    }

    private static void server(StringBuilder text, Point.ServerSide server) {
        text.append(String.format(
                Locale.ROOT,
                "  server %.2f cores, client %.2f; %.1f ms of processor time per 1,000 tokens; load average %s%n",
                server.cores(),
                server.clientCores(),
                server.millisPerThousandTokensInAll(),
                server.loadAverage()));
        if (server.samples() > 0) {
            stages(text, server);
        }
        text.append(String.format(
                Locale.ROOT,
                "  %.2f server tokens a delta, windowed experts saw %.2f %% of the positions; resident %,d MiB,"
                        + " then %,d MiB%n",
                server.serverTokens(),
                100 * server.windowedShare(),
                server.residentKibBefore() / 1024,
                server.residentKibAfter() / 1024));
        for (ExpertLoad expert : server.experts()) {
            expert(text, expert);
        }
    }

    private static void stages(StringBuilder text, Point.ServerSide server) {
        for (Map.Entry<String, Double> stage : server.millisPerThousandTokens().entrySet()) {
            text.append(String.format(
                    Locale.ROOT,
                    "    %-18s %8.2f  %5.1f %%   %,9.0f bytes/token%n",
                    stage.getKey(),
                    stage.getValue(),
                    100 * stage.getValue() / Math.max(1e-9, server.millisPerThousandTokensInAll()),
                    server.allocatedPerTokenByStage().getOrDefault(stage.getKey(), 0.0)));
        }
        text.append(String.format(
                Locale.ROOT,
                "    (%,d samples of stacks, %,d lost)%n"
                        + "  allocated %,.0f bytes/token; %d collector pauses, %.0f ms in all, longest %.1f ms%n",
                server.samples(),
                server.samplesLost(),
                server.allocatedPerToken(),
                server.pauses().count(),
                server.pauses().total(),
                server.pauses().max()));
    }

    private static void expert(StringBuilder text, ExpertLoad expert) {
        text.append(String.format(
                Locale.ROOT,
                "    %-10s %,8d runs of %5.1f rows (p50 %.0f, p99 %.0f), %6.1f tokens; queued p50 %.1f p99 %.1f ms,"
                        + " ran p50 %.1f p99 %.1f ms%n",
                expert.expert(),
                expert.runs(),
                expert.rowsPerRun(),
                expert.p50Rows(),
                expert.p99Rows(),
                expert.tokensPerRun(),
                expert.p50QueueDelayMillis(),
                expert.p99QueueDelayMillis(),
                expert.p50ServiceMillis(),
                expert.p99ServiceMillis()));
    }
}
