package dev.weir.bench;

import dev.weir.engine.Engine;
import dev.weir.engine.evaluation.DataFile;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.engine.learning.FixedShare;
import dev.weir.engine.learning.Learner;
import dev.weir.engine.learning.MlProd;
import dev.weir.engine.report.WeightsPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Question: what does learning the weights cost and gain, against what is known only in hindsight? First on invented
 * texts, whose best expert changes; then, with files, on real texts that come source by source, labels 500 texts late and
 * one text in five reviewed. The loss is that of every prediction, reviewed or not.
 */
@Command(name = "regret", description = "Loss of learned weights against hindsight.", mixinStandardHelpOptions = true)
final class RegretCommand implements Callable<Integer> {

    private static final List<Drift> DRIFTS = List.of(
            new Drift("one change", 6, 6_000, 3_000),
            new Drift("a change every 400", 6, 6_400, 400),
            new Drift("a change every 100", 6, 6_400, 100));

    /** Real texts of one source in a row. */
    private static final int BLOCK = 200;

    @Parameters(description = "Labelled JSON lines, plain or gzip; each file is a source. Invented texts only without.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--limit", defaultValue = "400", description = "Texts a file at most (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--picture", description = "Writes the weights over time to this HTML file.")
    private Path picture = Path.of("");

    @Mixin
    private VotingOptions options = new VotingOptions();

    @Override
    public Integer call() throws Exception {
        for (LateLabels labels : List.of(LateLabels.AT_ONCE, new LateLabels(500, 1), new LateLabels(500, 0.2))) {
            for (Drift drift : DRIFTS) {
                List<Labelled> texts = drift.draw(1);
                compare(drift.name(), texts, labels, evenly(drift.experts()));
            }
        }
        if (!files.isEmpty()) {
            List<Labelled> texts = inBlocks(read());
            LateLabels labels = new LateLabels(500, 0.2);
            compare(files.size() + " sources in blocks", texts, labels, options.start());
            if (!picture.toString().isEmpty()) {
                draw(texts, labels);
            }
        }
        return 0;
    }

    private List<List<Labelled>> read() throws Exception {
        List<List<Labelled>> sources = new ArrayList<>();
        try (Engine engine = options.startEngine()) {
            for (Path file : files) {
                List<LabelledText> rows = DataFile.read(file, null, limit).stream()
                        .filter(row -> !row.isPrompt())
                        .toList();
                sources.add(VotedText.run(engine, rows, file.getFileName().toString(), options.experts()));
                System.err.printf(
                        "%s: %d texts%n", file.getFileName(), sources.getLast().size());
            }
        }
        return sources;
    }

    /** Every source cut into blocks, the blocks in an order drawn with a fixed seed. */
    private static List<Labelled> inBlocks(List<List<Labelled>> sources) {
        Random random = new Random(3);
        List<List<Labelled>> blocks = new ArrayList<>();
        for (List<Labelled> source : sources) {
            List<Labelled> mixed = new ArrayList<>(source);
            Collections.shuffle(mixed, random);
            for (int from = 0; from < mixed.size(); from += BLOCK) {
                blocks.add(mixed.subList(from, Math.min(from + BLOCK, mixed.size())));
            }
        }
        Collections.shuffle(blocks, random);
        return blocks.stream().flatMap(List::stream).toList();
    }

    private static void compare(String name, List<Labelled> texts, LateLabels labels, double[] start) {
        int experts = start.length;
        double[] evenly = evenly(experts);
        Map<String, Supplier<Learner>> learners = new LinkedHashMap<>();
        learners.put("learned (ML-Prod with fixed-share copies)", () -> new MlProd(start, 1 / labels.reviewed()));
        if (!Arrays.equals(start, evenly)) {
            learners.put("configured weights", () -> new FixedShare(start, 0, 0));
        }
        learners.put("uniform", () -> new FixedShare(evenly, 0, 0));
        learners.put("Hedge", () -> AdaHedge.hedge(experts, texts.size()));
        learners.put("AdaHedge", () -> AdaHedge.adaptive(experts));
        learners.put("fixed share (rate 0.1, share 0.005)", () -> new FixedShare(evenly, 0.1, 0.005));
        learners.put("BOA", () -> new Boa(experts));
        Hindsight hindsight = Hindsight.of(texts);
        System.out.printf(
                "%n%s: %,d texts, %d experts, labels %d texts late, %.0f %% reviewed%n",
                name, texts.size(), experts, labels.delay(), 100 * labels.reviewed());
        System.out.printf("%-44s %10s  %s%n", "", "loss, nats", "of two segments");
        learners.forEach((learner, made) ->
                print(learner, labels.play(made.get(), texts, (current, text) -> {}), hindsight.bestTwoSegments()));
        print("hindsight: best expert", hindsight.bestFixed(), hindsight.bestTwoSegments());
        print("hindsight: best two experts, one change", hindsight.bestTwoSegments(), hindsight.bestTwoSegments());
    }

    private static void print(String name, double loss, double twoSegments) {
        System.out.printf("%-44s %10.1f  %14.3f%n", name, loss, loss / twoSegments);
    }

    private void draw(List<Labelled> texts, LateLabels labels) throws Exception {
        List<double[]> weights = new ArrayList<>();
        double[] awake = new double[options.experts().size()];
        labels.play(
                new MlProd(options.start(), 1 / labels.reviewed()),
                texts,
                (learner, text) -> weights.add(learner.weights(awake)));
        Files.writeString(picture, WeightsPage.of(options.experts(), weights));
        System.err.println("weights over time: " + picture);
    }

    private static double[] evenly(int experts) {
        double[] weights = new double[experts];
        Arrays.fill(weights, 1.0 / experts);
        return weights;
    }
}
