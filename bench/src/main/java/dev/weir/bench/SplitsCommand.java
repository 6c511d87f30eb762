package dev.weir.bench;

import dev.weir.engine.Engine;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Units;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Question: are decisions the same however a text is cut, whatever its unit, and whatever streams share its batches?
 * Each text is run whole on a quiet engine, then cut by word, by code point, by UTF-16 unit and at random, with many
 * other streams beside it; every offset, action and risk must be equal to the last bit.
 */
@Command(name = "splits", description = "Checks split invariance over real texts.", mixinStandardHelpOptions = true)
final class SplitsCommand implements Callable<Integer> {

    private static final int STREAMS_AT_ONCE = 48;

    @Parameters(description = "JSON lines with a text, plain or gzip; the demo's texts without any.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--limit", defaultValue = "300", description = "Texts (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Mixin
    private EngineOptions options = new EngineOptions();

    private record Expected(String text, Mode mode, Units units, List<String> decisions) {}

    private record Running(EngineStream stream, Expected expected) {}

    @Override
    public Integer call() throws Exception {
        List<String> texts = Texts.read(files, limit);
        try (Engine engine = options.start("weir.stream.max-streams = 256\nweir.stream.credit = 1048576")) {
            List<Expected> alone = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                Mode mode = i % 2 == 0 ? Mode.STREAM : Mode.MONITOR;
                Units units = Units.values()[i % Units.values().length];
                EngineStream stream = EngineStream.open(engine, mode, units);
                stream.send(texts.get(i));
                stream.end();
                alone.add(new Expected(texts.get(i), mode, units, stream.decisions()));
                progress("whole", i + 1, texts.size());
            }
            int runs = 0;
            int different = 0;
            List<Running> running = new ArrayList<>();
            for (int i = 0; i < alone.size(); i++) {
                for (List<String> cut : cuts(alone.get(i).text(), i)) {
                    running.add(new Running(begin(engine, alone.get(i), cut), alone.get(i)));
                    runs++;
                    if (running.size() == STREAMS_AT_ONCE) {
                        different += compare(running);
                    }
                }
                progress("cut", i + 1, alone.size());
            }
            different += compare(running);
            System.out.printf(
                    "texts %d, cut runs %d (%d streams at once), runs that decided differently: %d%n",
                    alone.size(), runs, STREAMS_AT_ONCE, different);
            return different == 0 ? 0 : 1;
        }
    }

    private static EngineStream begin(Engine engine, Expected expected, List<String> cut) {
        EngineStream stream = EngineStream.open(engine, expected.mode(), expected.units());
        cut.forEach(stream::send);
        stream.end();
        return stream;
    }

    private static int compare(List<Running> running) {
        int different = 0;
        for (Running run : running) {
            if (!run.stream().decisions().equals(run.expected().decisions())) {
                different++;
                System.err.println("expected " + run.expected().decisions() + " was "
                        + run.stream().decisions());
            }
        }
        running.clear();
        return different;
    }

    private static List<List<String>> cuts(String text, int seed) {
        return List.of(
                List.of(text.split("(?<=\\s)", -1)),
                text.codePoints().mapToObj(Character::toString).toList(),
                text.chars().mapToObj(unit -> String.valueOf((char) unit)).toList(),
                atRandom(text, new Random(seed)));
    }

    private static List<String> atRandom(String text, Random random) {
        List<String> deltas = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(40));
            deltas.add(text.substring(from, to));
            from = to;
        }
        return deltas;
    }

    private static void progress(String what, int done, int all) {
        if (done % 10 == 0 || done == all) {
            System.err.printf("\r%s %d of %d%s", what, done, all, done == all ? "\n" : "");
        }
    }
}
