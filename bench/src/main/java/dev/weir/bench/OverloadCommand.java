package dev.weir.bench;

import dev.weir.bench.load.Tallied;
import dev.weir.bench.report.Point;
import dev.weir.bench.report.PointTable;
import dev.weir.bench.report.Run;
import dev.weir.bench.report.RunNote;
import dev.weir.bench.report.Second;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Question: what does a server do with more than it can carry, who pays for it, and how soon is it itself again? Loads follow
 * each other without a pause; the time to recover counts from the moment the load drops until the p99 of three
 * seconds in a row is what it was before.
 */
@Command(
        name = "overload",
        description = "One, two and five times a load, then one again; and a soak.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class OverloadCommand implements Callable<Integer> {

    private static final int SOAK_SECONDS = 60;
    private static final int SWEEP_SECONDS = 10;
    private static final int MOST = 4_000;
    private static final int STEPS = 8;

    @Option(names = "--streams", description = "The sustainable load; without it, a short sweep looks for it.")
    private int streams;

    @Option(names = "--factors", split = ",", defaultValue = "1,2,5,1", description = "In turn (${DEFAULT-VALUE}).")
    private List<Double> factors = List.of();

    @Option(names = "--seconds", defaultValue = "20", description = "Of each (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--soak",
            defaultValue = "0",
            description = "Minutes at the first load after that (${DEFAULT-VALUE}).")
    private int soakMinutes;

    @Option(names = "--target-ms", defaultValue = "100", description = "p99 that is always good (${DEFAULT-VALUE}).")
    private double targetMillis;

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Mixin
    private final ReportOptions report = new ReportOptions();

    private final List<Point> points = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();

    /**
     * @param recoverySeconds until p99 was normal; NaN when the load did not drop, or it never was
     * @param seconds its time line
     */
    record Phase(String name, double factor, double recoverySeconds, List<Second> seconds) {}

    @Override
    public Integer call() throws Exception {
        RunNote note = load.note("What happens at more than the sustainable load, and after it?");
        double most = factors.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        try (Rig rig = load.open((int) (most * (streams > 0 ? streams : MOST)), Double.NaN)) {
            rig.warmUp(streams > 0 ? streams : 100, load.warmUpTokens(), load.warmUpSeconds());
            int sustainable = streams > 0 ? streams : sustainable(rig);
            double heavier = 0;
            for (double factor : factors) {
                phase(
                        rig,
                        "x" + plain(factor),
                        factor,
                        (int) Math.round(factor * sustainable),
                        seconds,
                        factor < heavier);
                heavier = factor;
            }
            for (int minute = 1; minute <= soakMinutes; minute++) {
                phase(rig, "minute " + minute, factors.getFirst(), sustainable, SOAK_SECONDS, false);
            }
        }
        List<Second> line =
                phases.stream().flatMap(phase -> phase.seconds().stream()).toList();
        report.write(new Run(note, points, phases, line, table()));
        return 0;
    }

    private int sustainable(Rig rig) throws Exception {
        int found = Sweep.highest(100, MOST, STEPS, count -> {
            rig.warmUp(count, 0, SWEEP_SECONDS);
            boolean holds =
                    rig.measure("sweep", count, SWEEP_SECONDS, second -> {}).meets(targetMillis);
            if (!holds) {
                rig.rest();
            }
            return holds;
        });
        if (found == 0) {
            throw new IllegalStateException(
                    "no load tried has p99 <= " + targetMillis + " ms (expected: a free machine)");
        }
        rig.rest();
        rig.warmUp(found, 0, SWEEP_SECONDS);
        return found;
    }

    private void phase(Rig rig, String name, double factor, int count, double length, boolean lighter)
            throws Exception {
        List<Second> line = new ArrayList<>();
        Point point = rig.measure(name, count, length, line::add);
        double normal = points.isEmpty()
                ? targetMillis
                : Math.max(
                        targetMillis,
                        1.5 * points.getFirst().client().released().p99());
        phases.add(new Phase(name, factor, lighter ? Recovery.seconds(line, normal) : Double.NaN, line));
        points.add(point);
        report.show(PointTable.of(List.of(point)));
    }

    private String table() {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-10s %7s %9s %8s %8s %8s %8s %8s %9s %9s %9s %9s %9s %8s%n",
                "load",
                "streams",
                "tokens/s",
                "p50 ms",
                "p99 ms",
                "refused",
                "coarse",
                "asleep",
                "unscored",
                "exposure",
                "stop p50",
                "stop p99",
                "recovery",
                "RSS MiB"));
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            Tallied seen = point.client();
            double recovery = phases.get(i).recoverySeconds();
            table.append(String.format(
                    Locale.ROOT,
                    "%-10s %7d %9.0f %8.1f %8.1f %8d %7.1f%% %7.1f%% %8.1f%% %9.1f %9.1f %9.1f %9s %8d%n",
                    point.name(),
                    point.streams(),
                    seen.tokensPerSecond(),
                    seen.released().p50(),
                    seen.released().p99(),
                    seen.refused(),
                    seen.percent(seen.degradedTokens().coarse()),
                    seen.percent(seen.degradedTokens().asleep()),
                    seen.percent(seen.degradedTokens().unscored()),
                    seen.exposure(),
                    seen.crossedToStopped().p50(),
                    seen.crossedToStopped().p99(),
                    Double.isNaN(recovery) ? "-" : plain(recovery) + " s",
                    Objects.requireNonNull(point.server()).residentKibAfter() / 1024));
        }
        return table.toString();
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
