package dev.weir.bench;

import dev.weir.bench.load.Traffic;
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
 * Question: what does a token cost with more streams (more share a batch), and with more text in the band where the
 * encoder is asked? The band cannot be asked for; the share of harmful texts moves the share of positions the encoder
 * sees, which is reported. The cost against the position in a text is {@code flat}'s.
 */
@Command(
        name = "curve",
        description = "Cost of a token against streams, and against the share of harmful text.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CurveCommand implements Callable<Integer> {

    private static final double WARM_UP_SECONDS = 16;

    @Option(names = "--streams", split = ",", defaultValue = "25,50,100,200", description = "(${DEFAULT-VALUE})")
    private List<Integer> streams = List.of();

    @Option(names = "--harmful-shares", split = ",", defaultValue = "0,0.25,0.5,1", description = "(${DEFAULT-VALUE})")
    private List<Double> shares = List.of();

    @Option(names = "--at", defaultValue = "50", description = "Streams of the second curve (${DEFAULT-VALUE}).")
    private int at;

    @Option(names = "--seconds", defaultValue = "15", description = "Of each part (${DEFAULT-VALUE}).")
    private double seconds;

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Mixin
    private final ReportOptions report = new ReportOptions();

    private final List<Point> points = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        RunNote note = load.note("What does a token cost against streams, and against the share of harmful text?");
        int most =
                Math.max(at, streams.stream().mapToInt(Integer::intValue).max().orElse(1));
        try (Rig rig = load.open(most, Double.NaN)) {
            rig.warmUp(streams.getFirst(), load.warmUpTokens(), load.warmUpSeconds());
            for (int count : streams) {
                part(rig, "streams", count);
            }
            Traffic mixed = rig.traffic();
            for (double share : shares) {
                rig.play(mixed.withHarmfulShare(share));
                part(rig, "harm %.0f%%".formatted(100 * share), at);
            }
        }
        report.write(Run.of(note, points));
        return 0;
    }

    private void part(Rig rig, String name, int count) throws Exception {
        rig.warmUp(count, 0, WARM_UP_SECONDS);
        Point point = rig.measure(name, count, seconds);
        points.add(point);
        report.show(PointTable.of(List.of(point)));
    }
}
