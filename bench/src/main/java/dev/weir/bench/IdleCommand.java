package dev.weir.bench;

import dev.weir.bench.report.RunNote;
import dev.weir.bench.server.FlightRecorder;
import dev.weir.bench.server.ProcessTimes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
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

    @Option(names = "--streams", defaultValue = "1000", description = "Idle ones (${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "Watched (${DEFAULT-VALUE}); a server ends a stream after 120 s without a delta.")
    private double seconds;

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Mixin
    private final ReportOptions report = new ReportOptions();

    /** @param coresBefore of the server with no stream open */
    record Idle(
            int streams,
            double coresBefore,
            double cores,
            double heapKibPerStream,
            double residentKibPerStream,
            long residentKib) {}

    @Override
    public Integer call() throws Exception {
        RunNote note = load.note("What do streams cost that are open and say nothing?");
        Idle idle;
        try (Rig rig = load.open(streams, Double.NaN)) {
            rig.warmUp(WARM_UP_STREAMS, load.warmUpTokens(), load.warmUpSeconds());
            rig.rest();
            long pid = rig.server().pid();
            double heapBefore = heapKib(pid);
            double coresBefore = cores(rig, seconds / 2, "nothing open");
            long residentBefore = ProcessTimes.residentKib(pid);
            rig.client().openIdle(streams);
            rig.progress().await(2, "opening " + streams + " streams");
            double cores = cores(rig, seconds, streams + " idle streams");
            long resident = ProcessTimes.residentKib(pid);
            idle = new Idle(
                    streams,
                    coresBefore,
                    cores,
                    (heapKib(pid) - heapBefore) / streams,
                    (resident - residentBefore) / (double) streams,
                    resident);
        }
        report.write(note, List.of(), List.of(idle), List.of());
        report.say(String.format(
                Locale.ROOT,
                "%d idle streams: %.4f cores (%.4f with none); %.1f KiB of heap and %.1f KiB resident a stream; resident"
                        + " %d MiB",
                idle.streams(),
                idle.cores(),
                idle.coresBefore(),
                idle.heapKibPerStream(),
                idle.residentKibPerStream(),
                idle.residentKib() / 1024));
        return 0;
    }

    private static double cores(Rig rig, double seconds, String what) throws IOException, InterruptedException {
        long before = ProcessTimes.of(rig.server().pid()).millis();
        long began = System.nanoTime();
        rig.progress().await(seconds, what);
        double elapsedMillis = (System.nanoTime() - began) / 1e6;
        return (ProcessTimes.of(rig.server().pid()).millis() - before) / elapsedMillis;
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
