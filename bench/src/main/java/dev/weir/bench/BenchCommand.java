package dev.weir.bench;

import dev.weir.bench.peers.LimitCommand;
import dev.weir.bench.peers.PeersCommand;
import dev.weir.bench.report.Point;
import dev.weir.bench.report.PointTable;
import dev.weir.bench.report.Run;
import dev.weir.bench.report.RunNote;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Question: how many streams of so many tokens a second does the server carry, how fast does it answer, and what does a
 * token cost it, stage by stage? Open loop: when each token is due is decided beforehand, and latency counts from then, so
 * that a server which stalls cannot hide it. Loopback only; bounded in time; it stops what it started.
 */
@Command(
        name = "bench",
        description = {
            "Load a server over real sockets and say what it carries and costs.",
            "Other benchmarks are subcommands."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            OverloadCommand.class,
            IdleCommand.class,
            CurveCommand.class,
            FlatCommand.class,
            SplitsCommand.class,
            ExpertsCommand.class,
            LedgerCommand.class,
            ReplayCommand.class,
            RegretCommand.class,
            GainCommand.class,
            CertificateCommand.class,
            PeersCommand.class,
            LimitCommand.class,
            CodecCommand.class,
            RelayCommand.class,
            HostileCommand.class,
            JmhCommand.class
        })
final class BenchCommand implements Callable<Integer> {

    private static final double LATER_WARM_UP_SECONDS = 16;

    @Option(
            names = "--streams",
            split = ",",
            defaultValue = "100",
            description =
                    "At once, one measured part for each number (${DEFAULT-VALUE}); with --sweep where it begins.")
    private List<Integer> streams = List.of();

    @Option(names = "--seconds", defaultValue = "20", description = "Of each measured part (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--sweep", description = "Find the most streams at which p99 meets the target and nothing fails.")
    private boolean sweep;

    @Option(names = "--target-ms", defaultValue = "100", description = "p99 of released (${DEFAULT-VALUE}).")
    private double targetMillis;

    @Option(names = "--most", defaultValue = "4000", description = "Streams that a sweep goes to (${DEFAULT-VALUE}).")
    private int most;

    @Option(names = "--steps", defaultValue = "12", description = "Of a sweep at most (${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--harmful-share",
            defaultValue = "NaN",
            description = "Of the streams that play a harmful text, 0 to 1; as the texts are without it.")
    private double harmfulShare;

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Mixin
    private final ReportOptions report = new ReportOptions();

    private final List<Point> points = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (!(seconds > 0) || streams.stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException(
                    "--streams " + streams + " --seconds " + seconds + " (expected: each at least 1, and above 0)");
        }
        RunNote note = load.note(
                sweep
                        ? "How many streams are carried with p99 of released within %.0f ms?".formatted(targetMillis)
                        : "How fast is the answer, and what does a token cost?");
        int largest = sweep
                ? most
                : streams.stream().mapToInt(Integer::intValue).max().orElse(1);
        int highest = 0;
        try (Rig rig = load.open(largest, harmfulShare)) {
            rig.warmUp(streams.getFirst(), load.warmUpTokens(), load.warmUpSeconds());
            if (sweep) {
                highest = Sweep.highest(
                        streams.getFirst(),
                        most,
                        steps,
                        count -> part(rig, count).meets(targetMillis));
            } else {
                for (int count : streams) {
                    part(rig, count);
                }
            }
        }
        report.write(Run.of(note, points));
        if (sweep) {
            report.say(
                    highest == 0
                            ? "no load tried meets %.0f ms".formatted(targetMillis)
                            : "highest that meets %.0f ms: %d streams, %.0f tokens/s"
                                    .formatted(targetMillis, highest, highest * load.rate()));
        }
        return points.stream().allMatch(point -> point.client().errors().isEmpty()) ? 0 : 1;
    }

    private Point part(Rig rig, int count) throws Exception {
        rig.warmUp(count, 0, LATER_WARM_UP_SECONDS);
        Point point = rig.measure(sweep ? "step " + (points.size() + 1) : "load", count, seconds);
        points.add(point);
        report.show(PointTable.of(List.of(point)));
        if (sweep && !point.meets(targetMillis)) {
            rig.rest();
        }
        return point;
    }
}
