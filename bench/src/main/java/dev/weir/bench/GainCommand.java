package dev.weir.bench;

import dev.weir.engine.Engine;
import dev.weir.engine.calibration.Question;
import dev.weir.engine.evaluation.DataFile;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.engine.learning.FixedShare;
import dev.weir.engine.learning.Learner;
import dev.weir.engine.learning.MlProd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Question: how many harmful texts more do learned weights catch at 1 % false stops? Learned on train rows that no expert
 * was trained on, all of them reviewed; measured on dev rows. Then a source that is new: of its dev rows half teach,
 * after the others, and half are measured, with one expert made to say the opposite of what it means there.
 *
 * <p>A text's score is the mixture of what each expert said where the text would be decided; the threshold is the one that
 * stops 1 % of the harmless texts measured, and so differs from weights to weights.
 */
@Command(name = "gain", description = "Recall of learned against configured weights.", mixinStandardHelpOptions = true)
final class GainCommand implements Callable<Integer> {

    private static final double FALSE_STOPS = 0.01;

    @Parameters(arity = "1..*", description = "Labelled JSON lines, plain or gzip; each file is a source.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--limit",
            defaultValue = "400",
            description = "Texts a file and part at most (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Mixin
    private VotingOptions options = new VotingOptions();

    private record Source(String name, List<Labelled> teaching, List<Labelled> measured) {}

    @Override
    public Integer call() throws Exception {
        List<Source> sources = read();
        List<Labelled> teaching =
                shuffled(sources.stream().map(Source::teaching).toList());
        List<Labelled> measured =
                shuffled(sources.stream().map(Source::measured).toList());
        Learner configured = new FixedShare(options.start(), 0, 0);
        Learner learned = taught(new MlProd(options.start(), 1), teaching);
        System.out.printf(
                "%n%,d texts to learn from, %,d to measure; recall at 1 %% false stops%n",
                teaching.size(), measured.size());
        print(configured, learned, measured, measured, "all");
        sources.forEach(source -> print(configured, learned, measured, source.measured, source.name));
        int bad = strongest(learned);
        for (Source source : sources) {
            if (source.measured.stream().anyMatch(Labelled::harmful)
                    && !source.measured.stream().allMatch(Labelled::harmful)) {
                newSource(source, sources, bad);
            }
        }
        return 0;
    }

    private void newSource(Source fresh, List<Source> sources, int bad) {
        List<Labelled> known = shuffled(sources.stream()
                .filter(source -> !source.name.equals(fresh.name))
                .map(Source::teaching)
                .toList());
        List<Labelled> turned =
                fresh.measured.stream().map(text -> turned(text, bad)).toList();
        List<Labelled> first = turned.subList(0, turned.size() / 2);
        List<Labelled> second = turned.subList(turned.size() / 2, turned.size());
        Learner before = taught(new MlProd(options.start(), 1), known);
        Learner after = taught(taught(new MlProd(options.start(), 1), known), first);
        System.out.printf(
                "%nnew source %s, %s turned around, %,d labels of it%n",
                fresh.name, options.experts().get(bad), first.size());
        print(new FixedShare(options.start(), 0, 0), before, second, second, "without its labels");
        print(new FixedShare(options.start(), 0, 0), after, second, second, "with its labels");
    }

    private static Labelled turned(Labelled text, int expert) {
        List<Double> votes = new ArrayList<>(text.votes());
        votes.set(expert, -votes.get(expert));
        return new Labelled(text.source(), votes, text.harmful());
    }

    private int strongest(Learner learned) {
        double[] weights = learned.weights(new double[options.experts().size()]);
        int strongest = 0;
        for (int expert = 1; expert < weights.length; expert++) {
            strongest = weights[expert] > weights[strongest] ? expert : strongest;
        }
        return strongest;
    }

    private void print(Learner configured, Learner learned, List<Labelled> all, List<Labelled> some, String name) {
        System.out.printf(
                "%-40s %6d texts  configured %5.1f %%  learned %5.1f %%   %s%n",
                name,
                some.size(),
                100 * recall(configured, all, some),
                100 * recall(learned, all, some),
                shown(learned.weights(new double[options.experts().size()])));
    }

    private String shown(double[] weights) {
        StringBuilder shown = new StringBuilder();
        for (int expert = 0; expert < weights.length; expert++) {
            shown.append("%s %.2f ".formatted(options.experts().get(expert), weights[expert]));
        }
        return shown.toString().strip();
    }

    /** @param all whose harmless texts set the threshold; NaN where none of {@code some} is harmful */
    private static double recall(Learner learner, List<Labelled> all, List<Labelled> some) {
        double[] harmless = all.stream()
                .filter(text -> !text.harmful())
                .mapToDouble(text -> learner.cast(text.ballot()).mixed())
                .sorted()
                .toArray();
        double threshold = harmless[(int) Math.ceil((1 - FALSE_STOPS) * harmless.length) - 1];
        return some.stream()
                .filter(Labelled::harmful)
                .mapToDouble(text -> learner.cast(text.ballot()).mixed() > threshold ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    private static Learner taught(Learner learner, List<Labelled> texts) {
        texts.forEach(text -> learner.learn(learner.cast(text.ballot()), text.harmful(), 1));
        return learner;
    }

    private List<Source> read() throws Exception {
        List<Source> sources = new ArrayList<>();
        try (Engine engine = options.startEngine()) {
            for (Path file : files) {
                List<LabelledText> rows = DataFile.readAll(file).stream()
                        .filter(row -> !row.isPrompt())
                        .toList();
                String name = file.getFileName().toString();
                sources.add(new Source(name, run(engine, rows, "train", name), run(engine, rows, "dev", name)));
                System.err.println(name + ": read");
            }
        }
        return sources;
    }

    private List<Labelled> run(Engine engine, List<LabelledText> rows, String split, String source) throws Exception {
        List<LabelledText> part = DataFile.spread(
                rows.stream()
                        .filter(row -> split.equals(row.split())
                                && (split.equals("dev") || Question.of(row).isInPool()))
                        .toList(),
                limit);
        return VotedText.run(engine, part, source, options.experts());
    }

    private static List<Labelled> shuffled(List<List<Labelled>> parts) {
        List<Labelled> all = new ArrayList<>();
        parts.forEach(all::addAll);
        Collections.shuffle(all, new Random(5));
        return all;
    }
}
