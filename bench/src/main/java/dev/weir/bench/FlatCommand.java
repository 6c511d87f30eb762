package dev.weir.bench;

import dev.weir.engine.Engine;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Units;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Question: does a new token cost the same at position 100, 1,000 and 10,000? In each round one stream is brought to each
 * position, then the time for the next tokens is taken, a few at a time as a generator would send them; rounds are
 * interleaved and medians compared. Memory is what the heap holds more, after collection, with many streams open at the
 * position, plus the arena's slot.
 */
@Command(name = "flat", description = "Cost of a token by its position in the stream.", mixinStandardHelpOptions = true)
final class FlatCommand implements Callable<Integer> {

    private static final int[] POSITIONS = {100, 1_000, 10_000};
    private static final int MEASURED_DELTAS = 128;
    private static final String[] WORDS =
            "the river was wide and slow that year and people came to see it from far away in the evening".split(" ");

    @Option(names = "--rounds", defaultValue = "15", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--streams",
            defaultValue = "100",
            description = "Streams open for the memory reading (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Mixin
    private EngineOptions options = new EngineOptions();

    @Override
    public Integer call() throws Exception {
        double[][] micros = new double[POSITIONS.length][rounds];
        double[] heapKib = new double[POSITIONS.length];
        try (Engine engine = options.start("weir.stream.max-streams = " + (streams + 8))) {
            for (int round = -2; round < rounds; round++) {
                for (int p = 0; p < POSITIONS.length; p++) {
                    double micro = microsPerToken(engine, POSITIONS[p]);
                    if (round >= 0) {
                        micros[p][round] = micro;
                    }
                }
                System.err.printf("\rround %d of %d", round + 1, rounds);
            }
            System.err.println();
            for (int p = 0; p < POSITIONS.length; p++) {
                heapKib[p] = heapKibPerStream(engine, POSITIONS[p]);
            }
        }
        System.out.println("position   us/token (median)   relative to first   heap KiB/stream");
        for (int p = 0; p < POSITIONS.length; p++) {
            System.out.printf(
                    "%8d   %17.1f   %17.3f   %15.1f%n",
                    POSITIONS[p], median(micros[p]), median(micros[p]) / median(micros[0]), heapKib[p]);
        }
        return 0;
    }

    private static double microsPerToken(Engine engine, int position) throws InterruptedException {
        EngineStream stream = EngineStream.open(engine, Mode.MONITOR, Units.CODEPOINT);
        int length = advance(stream, 0, 0, position);
        long started = System.nanoTime();
        for (int delta = 0; delta < MEASURED_DELTAS; delta++) {
            String word = word(position + delta);
            length += word.length();
            stream.send(word);
            stream.awaitScored(length);
        }
        double micros = (System.nanoTime() - started) / 1e3 / MEASURED_DELTAS;
        stream.cancel();
        stream.decisions();
        return micros;
    }

    private double heapKibPerStream(Engine engine, int position) throws InterruptedException {
        long before = usedHeap();
        List<EngineStream> open = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            EngineStream stream = EngineStream.open(engine, Mode.MONITOR, Units.CODEPOINT);
            advance(stream, 0, 0, position);
            open.add(stream);
        }
        double kib = (usedHeap() - before) / 1024.0 / streams;
        for (EngineStream stream : open) {
            stream.cancel();
            stream.decisions();
        }
        return kib;
    }

    /** Sends words, a few dozen at a time, and returns the text's length when they are scored. */
    private static int advance(EngineStream stream, int from, int length, int tokens) throws InterruptedException {
        int sent = length;
        for (int token = from; token < from + tokens; ) {
            StringBuilder delta = new StringBuilder();
            for (int i = 0; i < 50 && token < from + tokens; i++) {
                delta.append(word(token++));
            }
            sent += delta.length();
            stream.send(delta.toString());
            stream.awaitScored(sent);
        }
        return sent;
    }

    private static String word(int token) {
        return WORDS[token % WORDS.length] + " ";
    }

    private static long usedHeap() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(50);
            Runtime runtime = Runtime.getRuntime();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
