package dev.weir.engine.calibration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.decision.Threshold;
import dev.weir.models.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Calibrated stop thresholds as they are kept in a file, with everything their promise rests on.
 *
 * @param format of the file, {@value #FORMAT}
 * @param policy they were calibrated for, by name
 * @param date of the calibration, ISO 8601
 * @param delta probability that the promise is broken all the same
 * @param streams clean ones that were used
 * @param bands first position of each band after the first, in tokens
 * @param madeWith what the risks were made with
 * @param calibrated one a budget
 * @param refused budgets for which there were too few streams
 * @param prompts from which risk a prompt is stopped; for no budget where no clean prompts were given
 */
public record PolicyArtefact(
        int format,
        String policy,
        String date,
        double delta,
        Streams streams,
        List<Integer> bands,
        MadeWith madeWith,
        List<Calibrated> calibrated,
        List<Refused> refused,
        Prompts prompts) {

    public static final int FORMAT = 2;

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    /**
     * @param shape clean streams that set how the thresholds of categories and bands relate
     * @param level other clean streams, that set how high all of them are
     * @param questions distinct ones that these streams answer: streams of one question are not independent
     */
    public record Streams(int shape, int level, int questions) {}

    /**
     * @param alpha share of clean streams that may be stopped
     * @param k of the order statistic of the level's streams
     * @param tau its value, in nats
     * @param levelStops streams of the level that these thresholds stop
     * @param thresholds calibrated risk a band, by the category's wire name
     */
    public record Calibrated(double alpha, int k, double tau, int levelStops, Map<String, List<Double>> thresholds) {

        static Calibrated of(BudgetThresholds found) {
            Map<String, List<Double>> thresholds = new LinkedHashMap<>();
            found.thresholds().forEach((category, threshold) -> thresholds.put(category.wireName(), threshold.risks()));
            return new Calibrated(found.budget().alpha(), found.order(), found.level(), found.levelStops(), thresholds);
        }
    }

    /**
     * @param clean prompts that were used
     * @param calibrated one a budget that they are enough for
     */
    public record Prompts(int clean, List<PromptLevel> calibrated) {}

    /**
     * @param alpha share of clean prompts that may be stopped
     * @param k of the order statistic
     */
    public record PromptLevel(double alpha, int k, double stopAt) {}

    /** @param neededStreams to set the level from, beside those that set the shape */
    public record Refused(double alpha, int neededStreams) {}

    /** @throws IOException saying what is wrong with the file, without its content */
    public static PolicyArtefact read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file + " cannot be read (expected: a file made by weir calibrate)");
        }
        try {
            PolicyArtefact artefact = JSON.readValue(file.toFile(), PolicyArtefact.class);
            artefact.validate();
            return artefact;
        } catch (JsonMappingException e) {
            throw new IOException(broken(file, "unexpected " + place(e)), e);
        } catch (JsonProcessingException e) {
            throw new IOException(broken(file, "no JSON"), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(broken(file, String.valueOf(e.getMessage())), e);
        }
    }

    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }

    /** The thresholds of one budget. */
    Optional<Map<Category, Threshold>> thresholds(double alpha) {
        return calibrated.stream()
                .filter(budget -> isSame(budget.alpha, alpha))
                .findFirst()
                .map(this::thresholds);
    }

    /** The risk from which that budget stops a prompt, if it was calibrated. */
    OptionalDouble promptStopAt(double alpha) {
        return prompts.calibrated.stream()
                .filter(level -> isSame(level.alpha, alpha))
                .mapToDouble(PromptLevel::stopAt)
                .findFirst();
    }

    List<Double> alphas() {
        return calibrated.stream().map(Calibrated::alpha).toList();
    }

    /** How many streams a refused budget needs. */
    Optional<Integer> neededStreams(double alpha) {
        return refused.stream()
                .filter(budget -> isSame(budget.alpha, alpha))
                .findFirst()
                .map(Refused::neededStreams);
    }

    private static boolean isSame(double alpha, double other) {
        return Math.abs(alpha - other) < 1e-9;
    }

    private Map<Category, Threshold> thresholds(Calibrated budget) {
        PositionBands positions = new PositionBands(bands);
        Map<Category, Threshold> byCategory = new EnumMap<>(Category.class);
        budget.thresholds.forEach((name, risks) -> {
            Category category = Category.ofWireName(name)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "category " + name + " (expected: a category of the protocol)"));
            if (!risks.stream().allMatch(risk -> risk != null && risk > 0 && risk <= 1)) {
                throw new IllegalArgumentException("thresholds of " + name + " (expected: numbers above 0, at most 1)");
            }
            byCategory.put(category, new Threshold(positions, risks));
        });
        return byCategory;
    }

    private void validate() {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + format + " (expected: " + FORMAT + ")");
        }
        if (calibrated.isEmpty()) {
            throw new IllegalArgumentException("calibrated is empty (expected: at least one budget)");
        }
        calibrated.forEach(this::thresholds);
        prompts.calibrated.forEach(level -> {
            if (!(level.stopAt > 0 && level.stopAt <= 1)) {
                throw new IllegalArgumentException(
                        "prompts: stopAt " + level.stopAt + " (expected: above 0, at most 1)");
            }
        });
    }

    private static String place(JsonMappingException e) {
        return e.getPath().isEmpty() || e.getPath().getLast().getFieldName() == null
                ? "content"
                : e.getPath().getLast().getFieldName();
    }

    private static String broken(Path file, String what) {
        return file + " is no calibration: " + what + " (expected: a file as weir calibrate wrote it)";
    }
}
