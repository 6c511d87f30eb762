package dev.weir.bench.report;

import dev.weir.bench.load.Latencies;
import dev.weir.bench.load.Tallied;
import dev.weir.bench.server.ExpertLoad;
import dev.weir.engine.evaluation.Curve;
import dev.weir.engine.report.Axis;
import dev.weir.engine.report.Html;
import dev.weir.engine.report.HtmlReport;
import dev.weir.engine.report.Plot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** A run as one page that needs nothing beside it. */
public final class BenchPage {

    private BenchPage() {}

    public static String of(Run run) {
        List<Point> points = run.points();
        StringBuilder figures = new StringBuilder("<div class=\"figures\">");
        if (!run.line().isEmpty()) {
            figures.append(timeLine(run.line()));
        } else if (points.size() > 1) {
            figures.append(latency(points)).append(batches(points));
        }
        figures.append("</div>\n");
        return HtmlReport.page(
                "Weir: bench",
                header(run.note())
                        + figures
                        + "<pre>" + Html.escape(run.table().strip()) + "</pre>\n"
                        + stages(points)
                        + HtmlReport.section("What the client saw", """
                                Milliseconds from the intended time of the delta that settles a text to the released that
                                covers it; as read counts from each delta's own time, with the time its generator took to
                                end the word. To stop: from the delta that settled the token which crossed.
                                """, seen(points))
                        + HtmlReport.section("What the server spent", "Of the measured part alone.", spent(points))
                        + HtmlReport.section(
                                "Batches", "Queue delay and service are of the latest runs.", runs(points)));
    }

    private static String header(RunNote note) {
        return """
                <header>
                <h1>Weir <span>bench</span></h1>
                <p>%s</p>
                <p><code>%s</code><br>%s; %s; commit %s, %s</p>
                </header>
                """.formatted(
                        Html.escape(note.question()),
                        Html.escape(note.command()),
                        Html.escape(note.subprotocol()),
                        Html.escape(note.machine()),
                        Html.escape(note.commit()),
                        Html.escape(note.when()));
    }

    private static String latency(List<Point> points) {
        Plot plot = new Plot("Latency against load", load(points), Axis.logarithmic("ms", 1, greatestMillis(points)))
                .line("p50", byLoad(points, point -> point.client().released().p50()))
                .line("p99", byLoad(points, point -> point.client().released().p99()))
                .line("p99.9", byLoad(points, point -> point.client().released().p999()));
        return plot.figure("From the intended time of the settling delta to released, on a logarithmic axis.");
    }

    private static double greatestMillis(List<Point> points) {
        return points.stream()
                .mapToDouble(point -> point.client().released().p999())
                .max()
                .orElse(1);
    }

    private static String batches(List<Point> points) {
        List<String> experts = points.stream()
                .flatMap(point -> experts(point).stream())
                .map(ExpertLoad::expert)
                .distinct()
                .toList();
        double most = points.stream()
                .flatMap(point -> experts(point).stream())
                .mapToDouble(ExpertLoad::rowsPerRun)
                .max()
                .orElse(1);
        Plot plot = new Plot("Batch size against load", load(points), Axis.logarithmic("rows of a run", 1, most));
        experts.forEach(expert -> plot.line(expert, byLoad(points, point -> rows(point, expert))));
        return plot.figure("Mean rows of a run, on a logarithmic axis.");
    }

    private static double rows(Point point, String expert) {
        return experts(point).stream()
                .filter(load -> load.expert().equals(expert))
                .mapToDouble(ExpertLoad::rowsPerRun)
                .sum();
    }

    private static List<ExpertLoad> experts(Point point) {
        Point.ServerSide server = point.server();
        return server == null ? List.of() : server.experts();
    }

    private static Axis load(List<Point> points) {
        double most = points.stream()
                .mapToDouble(point -> point.client().tokensPerSecond())
                .max()
                .orElse(1);
        return Axis.upTo("tokens/s", Math.max(4, (int) Math.ceil(most / 400) * 400));
    }

    private static Curve byLoad(List<Point> points, ToDoubleFunction<Point> value) {
        return new Curve(points.stream()
                .sorted(Comparator.comparingDouble(point -> point.client().tokensPerSecond()))
                .map(point -> new Curve.Point(point.client().tokensPerSecond(), value.applyAsDouble(point)))
                .toList());
    }

    private static String timeLine(List<Second> line) {
        double most = line.stream()
                .mapToDouble(second -> second.slice().released().p99())
                .max()
                .orElse(1);
        Plot plot = new Plot(
                        "Second by second",
                        Axis.upTo("seconds", (line.size() + 3) / 4 * 4),
                        Axis.logarithmic("ms", 1, Math.max(1, most)))
                .line("p50", bySecond(line, second -> released(second, Latencies::p50)))
                .line("p99", bySecond(line, second -> released(second, Latencies::p99)));
        double mostMib = line.stream().mapToDouble(Second::residentKib).max().orElse(1) / 1024;
        Plot memory = new Plot(
                        "Resident memory",
                        Axis.upTo("seconds", (line.size() + 3) / 4 * 4),
                        Axis.upTo("MiB", (int) Math.ceil(mostMib / 400) * 400))
                .line("resident", bySecond(line, second -> second.residentKib() / 1024.0));
        return plot.figure("Latency of what was released in each second, drawn over seconds without a release.")
                + memory.figure("Of the server's process.");
    }

    /** NaN in a second in which nothing was released. */
    private static double released(Second second, ToDoubleFunction<Latencies> quantile) {
        Latencies released = second.slice().released();
        return released.count() == 0 ? Double.NaN : quantile.applyAsDouble(released);
    }

    private static Curve bySecond(List<Second> line, ToDoubleFunction<Second> value) {
        return new Curve(IntStream.range(0, line.size())
                .filter(i -> !Double.isNaN(value.applyAsDouble(line.get(i))))
                .mapToObj(i -> new Curve.Point(i + 1.0, value.applyAsDouble(line.get(i))))
                .toList());
    }

    /** Of the points that have a flight recording; nothing without one. */
    private static String stages(List<Point> points) {
        Map<String, Map<String, Double>> bars = new LinkedHashMap<>();
        for (Point point : points) {
            Point.ServerSide server = point.server();
            if (server != null && server.samples() > 0) {
                bars.put(bars.size() + 1 + ". " + label(point), server.millisPerThousandTokens());
            }
        }
        return bars.isEmpty()
                ? ""
                : HtmlReport.section("Processor time of the server", """
                Milliseconds for 1,000 tokens (deltas), as the kernel counts them; split into stages by samples of stacks, the
                compiler and the collector by their threads.
                """, StackedBars.figure("By stage", bars, "ms"));
    }

    private static String label(Point point) {
        return point.name() + ", " + point.streams();
    }

    private static String seen(List<Point> points) {
        List<List<String>> rows = new ArrayList<>();
        for (Point point : points) {
            Tallied seen = point.client();
            rows.add(List.of(
                    Html.escape(label(point)),
                    number(seen.tokensPerSecond(), 0),
                    quantiles(seen.released()),
                    number(seen.asRead().p50(), 0) + " / "
                            + number(seen.asRead().p99(), 0),
                    quantiles(seen.crossedToStopped()),
                    quantiles(seen.onsetToStopped()),
                    number(seen.exposure(), 1),
                    count(seen.refused()),
                    percent(seen, seen.degradedTokens().coarse()),
                    percent(seen, seen.degradedTokens().asleep()),
                    percent(seen, seen.degradedTokens().unscored()),
                    Html.escape(seen.errors().isEmpty() ? "none" : seen.errors().toString()),
                    number(seen.sendLag().p99(), 1)));
        }
        return Html.table(
                List.of(
                        "part, streams",
                        "tokens/s",
                        "released: p50 / p99 / p99.9 / max",
                        "as read: p50 / p99",
                        "to stop: p50 / p99 / p99.9 / max",
                        "onset to stop",
                        "exposure",
                        "refused",
                        "coarse",
                        "asleep",
                        "unscored",
                        "errors",
                        "client's lag p99"),
                rows);
    }

    private static String quantiles(Latencies latencies) {
        return latencies.count() == 0
                ? "–"
                : number(latencies.p50(), 1)
                        + " / "
                        + number(latencies.p99(), 1)
                        + " / "
                        + number(latencies.p999(), 0)
                        + " / "
                        + number(latencies.max(), 0);
    }

    private static String spent(List<Point> points) {
        List<List<String>> rows = new ArrayList<>();
        for (Point point : points) {
            Point.ServerSide server = point.server();
            if (server != null) {
                rows.add(List.of(
                        Html.escape(label(point)),
                        number(server.cores(), 2),
                        number(server.clientCores(), 2),
                        number(server.millisPerThousandTokensInAll(), 1),
                        number(server.allocatedPerToken(), 0),
                        count(server.pauses().count()),
                        number(server.pauses().total(), 0),
                        number(server.pauses().max(), 1),
                        number(100 * server.windowedShare(), 2) + " %",
                        number(server.residentKibAfter() / 1024.0, 0),
                        Html.escape(server.loadAverage())));
            }
        }
        return Html.table(
                List.of(
                        "part, streams",
                        "cores",
                        "client's cores",
                        "ms / 1,000 tokens",
                        "bytes/token",
                        "pauses",
                        "ms in all",
                        "longest",
                        "encoder saw",
                        "resident MiB",
                        "load average"),
                rows);
    }

    private static String runs(List<Point> points) {
        List<List<String>> rows = new ArrayList<>();
        for (Point point : points) {
            for (ExpertLoad expert : experts(point)) {
                rows.add(List.of(
                        Html.escape(label(point) + ": " + expert.expert()),
                        count(expert.runs()),
                        number(expert.rowsPerRun(), 1),
                        number(expert.p50Rows(), 0) + " / " + number(expert.p99Rows(), 0),
                        number(expert.tokensPerRun(), 1),
                        number(expert.p50QueueDelayMillis(), 1) + " / " + number(expert.p99QueueDelayMillis(), 1),
                        number(expert.p50ServiceMillis(), 1) + " / " + number(expert.p99ServiceMillis(), 1)));
            }
        }
        return Html.table(
                List.of(
                        "part, streams: expert",
                        "runs",
                        "rows, mean",
                        "rows, p50 / p99",
                        "tokens, mean",
                        "queue delay ms, p50 / p99",
                        "service ms, p50 / p99"),
                rows);
    }

    private static String percent(Tallied seen, long tokens) {
        return number(seen.percent(tokens), 1) + " %";
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
