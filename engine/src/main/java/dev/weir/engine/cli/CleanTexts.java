package dev.weir.engine.cli;

import dev.weir.engine.calibration.CleanStream;
import dev.weir.engine.calibration.Question;
import dev.weir.engine.calibration.StreamMaxima;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.evaluation.DataFile;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Texts labelled harmless, run to their ends. */
final class CleanTexts {

    private static final int MOST_UNREAD = 20;

    /** Which rows of a file are meant. A file that is not split is meant whole. */
    enum Split {
        CALIBRATE,
        TRAIN,
        DEV,
        ALL;

        private boolean holds(LabelledText row) {
            String given = row.split();
            if (given == null) {
                return true;
            }
            return switch (this) {
                case CALIBRATE -> given.equals("train") && Question.of(row).isInPool();
                case TRAIN -> given.equals("train");
                case DEV -> given.equals("dev");
                case ALL -> true;
            };
        }
    }

    /** @param promptRisk in [0, 1]; 0 without a prompt */
    record Ran(CleanStream stream, double promptRisk) {}

    /** @param replies and posts */
    record Rows(List<LabelledText> replies, List<LabelledText> prompts) {

        static final Rows NONE = new Rows(List.of(), List.of());

        int count() {
            return replies.size() + prompts.size();
        }
    }

    private CleanTexts() {}

    /**
     * @param limit rows of each file at most, spread evenly over it
     * @throws IOException when a file cannot be read or understood, or none has such replies
     */
    static Rows read(List<Path> files, Split split, int limit) throws IOException {
        List<LabelledText> rows = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw new IOException(file + ": cannot be read (expected: a file of labelled JSON lines)");
            }
            rows.addAll(DataFile.spread(
                    DataFile.readAll(file).stream()
                            .filter(row -> !row.harmful() && split.holds(row))
                            .toList(),
                    limit));
        }
        Map<Boolean, List<LabelledText>> prompts =
                rows.stream().collect(Collectors.partitioningBy(LabelledText::isPrompt));
        Rows read = new Rows(prompts.getOrDefault(false, List.of()), prompts.getOrDefault(true, List.of()));
        if (read.replies.isEmpty()) {
            throw new IOException(
                    files + ": no clean rows of split " + split.name().toLowerCase(Locale.ROOT)
                            + " (expected: rows with label 0 and role response or post)");
        }
        return read;
    }

    /**
     * Runs texts in monitor mode, which goes on to their ends, many at once. Left out are those that an expert the policy
     * requires did not read, for their language: their risk is too low, and would make thresholds that stop too much.
     *
     * @param before texts that {@code progress} counts already
     * @throws IOException also when that is more than one reply in {@link #MOST_UNREAD}: then something is broken
     */
    static List<Ran> run(
            WholeTexts texts, List<LabelledText> rows, PositionBands bands, ProgressBar progress, int before)
            throws IOException {
        List<Optional<Ran>> ran = InFlight.run(rows, row -> run(texts, row, bands), "clean replies", progress, before);
        List<Ran> read = ran.stream().flatMap(Optional::stream).toList();
        if (ran.size() - read.size() > ran.size() / MOST_UNREAD) {
            throw new IOException("clean replies not read by an expert the policy requires: "
                    + (ran.size() - read.size()) + " of " + ran.size() + " (expected: at most " + 100 / MOST_UNREAD
                    + " %, in languages it was not trained for)");
        }
        return read;
    }

    /** The largest risk of each prompt, in [0, 1]. */
    static List<Double> runPrompts(WholeTexts texts, List<LabelledText> rows, ProgressBar progress, int before)
            throws IOException {
        return InFlight.run(
                rows,
                row -> texts.run(Mode.MONITOR, row.text(), "")
                        .thenApply(finished -> finished.summary().promptRisk()),
                "clean prompts",
                progress,
                before);
    }

    private static CompletableFuture<Optional<Ran>> run(WholeTexts texts, LabelledText row, PositionBands bands) {
        StreamMaxima.Gatherer maxima = new StreamMaxima.Gatherer(bands);
        WholeTexts.Observer observer = new WholeTexts.Observer() {
            @Override
            public void scored(int tokens, int at, double[] risks) {
                maxima.onScored(tokens, risks);
            }
        };
        return texts.run(Mode.MONITOR, row.prompt(), row.text(), observer)
                .thenApply(finished -> ran(row, maxima, finished));
    }

    private static Optional<Ran> ran(LabelledText row, StreamMaxima.Gatherer maxima, WholeTexts.Finished finished) {
        if (finished.terminal() instanceof ServerMessage.Ended ended && ended.unscored()) {
            return Optional.empty();
        }
        return Optional.of(new Ran(
                new CleanStream(Question.of(row), maxima.finished()),
                finished.summary().promptRisk()));
    }
}
