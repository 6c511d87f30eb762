package dev.weir.bench;

import dev.weir.bench.load.Tallied;
import dev.weir.bench.report.Run;
import dev.weir.bench.report.RunNote;
import dev.weir.bench.server.FlightRecorder;
import dev.weir.bench.server.ProcessTimes;
import dev.weir.bench.server.ThreadKind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Question: what do streams cost that are open and say nothing? Each sends one token and is then silent. */
@Command(
        name = "idle",
        description = "Processor time and memory of idle streams.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class IdleCommand implements Callable<Integer> {

    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final int WARM_UP_STREAMS = 50;
    private static final double SETTLE_SECONDS = 3;
    private static final double SLICE_SECONDS = 5;
    /** Of a slice, for the compilers: one tick of the kernel's clock. */
    private static final long QUIET_MILLIS = 10;

    @Option(names = "--streams", defaultValue = "1000", description = "Idle ones (${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "Watched (${DEFAULT-VALUE}); a server ends a stream after 120 s without a delta.")
    private double seconds;

    @Option(
            names = "--settle",
            defaultValue = "60",
            description = "Longest wait, before each part, for a JVM that compiles no more (${DEFAULT-VALUE}).")
    private double settleSeconds;

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Mixin
    private final ReportOptions report = new ReportOptions();

    /**
     * Cores that a server took.
     *
     * @param byThreads in the words of {@link ThreadKind}
     */
    record Cores(double all, Map<String, Double> byThreads) {}

    /** @param before with no stream open */
    record Idle(
            int streams,
            Cores before,
            Cores with,
            double heapKibPerStream,
            double residentKibPerStream,
            long residentKib) {}

    @Override
    public Integer call() throws Exception {
        RunNote note = load.note("What do streams cost that are open and say nothing?");
        Idle idle;
        try (Rig rig = load.open(streams, Double.NaN)) {
            rig.warmUp(WARM_UP_STREAMS, load.warmUpTokens(), load.warmUpSeconds());
            open(rig); // else the heap that the first of them grows would be theirs
            rig.client().cancelAll();
            settle(rig);
            Cores before = cores(rig, "nothing open");
            long pid = rig.server().pid();
            double heapBefore = heapKib(pid);
            long residentBefore = ProcessTimes.residentKib(pid);
            open(rig);
            settle(rig);
            Cores with = cores(rig, streams + " idle streams");
            double heap = heapKib(pid);
            long resident = ProcessTimes.residentKib(pid);
            idle = new Idle(
                    streams,
                    before,
                    with,
                    (heap - heapBefore) / streams,
                    (resident - residentBefore) / (double) streams,
                    resident);
        }
        report.write(new Run(note, List.of(), List.of(idle), List.of(), table(idle)));
        return 0;
    }

    /** @throws IOException when not all of them could be opened */
    private void open(Rig rig) throws IOException, InterruptedException {
        rig.client().cancelAll();
        rig.progress().await(SETTLE_SECONDS, "closing streams");
        rig.client().beginMeasuring();
        rig.client().openIdle(streams);
        rig.progress().await(SETTLE_SECONDS, "opening " + streams + " streams");
        Tallied seen = rig.client().endMeasuring();
        if (seen.refused() > 0 || !seen.errors().isEmpty()) {
            throw new IOException("%d streams: %d refused, errors %s (expected: weir.stream.max-streams above that)"
                    .formatted(streams, seen.refused(), seen.errors()));
        }
    }

    /** Waits until the compilers have had hardly anything to do for a while: what they do is no cost of being idle. */
    private void settle(Rig rig) throws IOException, InterruptedException {
        long compiled = Long.MAX_VALUE;
        for (double waited = 0; waited < settleSeconds && compiled > QUIET_MILLIS; waited += SLICE_SECONDS) {
            ProcessTimes before = ProcessTimes.of(rig.server().pid());
            rig.progress().await(SLICE_SECONDS, "until nothing is compiled");
            compiled = ThreadKind.millis(before, ProcessTimes.of(rig.server().pid()))
                    .getOrDefault(ThreadKind.COMPILERS, 0L);
        }
    }

    private static String table(Idle idle) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%d idle streams: %.4f cores (%.4f with none); %.1f KiB of heap and %.1f KiB resident a stream; resident"
                        + " %d MiB%n%n%-20s %10s %10s%n",
                idle.streams(),
                idle.with().all(),
                idle.before().all(),
                idle.heapKibPerStream(),
                idle.residentKibPerStream(),
                idle.residentKib() / 1024,
                "cores by threads",
                "none open",
                "idle"));
        for (ThreadKind kind : ThreadKind.values()) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-20s %10.4f %10.4f%n",
                    kind.words(),
                    idle.before().byThreads().getOrDefault(kind.words(), 0.0),
                    idle.with().byThreads().getOrDefault(kind.words(), 0.0)));
        }
        return table.toString();
    }

    private Cores cores(Rig rig, String what) throws IOException, InterruptedException {
        ProcessTimes before = ProcessTimes.of(rig.server().pid());
        long began = System.nanoTime();
        rig.progress().await(seconds, what);
        double elapsedMillis = (System.nanoTime() - began) / 1e6;
        ProcessTimes after = ProcessTimes.of(rig.server().pid());
        Map<String, Double> byThreads = new LinkedHashMap<>();
        ThreadKind.millis(before, after).forEach((kind, millis) -> byThreads.put(kind.words(), millis / elapsedMillis));
        return new Cores((after.millis() - before.millis()) / elapsedMillis, byThreads);
    }

    /** What is used after a collection. */
    private static double heapKib(long pid) throws IOException, InterruptedException {
        FlightRecorder.jcmd(pid, "GC.run");
        String answer = FlightRecorder.jcmd(pid, "GC.heap_info");
        Matcher used = USED.matcher(answer);
        if (!used.find()) {
            throw new IOException("GC.heap_info of process " + pid + ": " + answer + " (expected: used …K)");
        }
        return Double.parseDouble(used.group(1));
    }
}
