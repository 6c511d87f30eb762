package dev.weir.engine.calibration;

import dev.weir.engine.evaluation.LabelledText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a row answers, by its hash; a row without a prompt is its own question. All rows of a question fall on the same
 * side of every division, so that no answer is measured by what was set on its twin. {@code models/training/data.py}
 * keeps the same rows out of training.
 *
 * @param sha256 of the question in UTF-8, lower-case hex
 */
public record Question(String sha256) {

    /** Of 256: the share of train rows that is kept for calibration, 7 %. */
    private static final int POOL = 18;

    /** Of 256: the share of the calibration's questions that set the shape, 20 %. */
    private static final int SHAPE = 51;

    /** Of 256: the share of reviewed harmless streams that weights are judged by, and no threshold is set from, 25 %. */
    private static final int JUDGING = 64;

    public static Question of(LabelledText row) {
        String prompt = row.prompt();
        return named(prompt == null ? row.text() : prompt);
    }

    /** @param question itself, or a name for it that stands for nothing else */
    public static Question named(String question) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8));
            return new Question(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether experts are never trained on its answers, wherever these are marked as train rows. */
    public boolean isInPool() {
        return digestByte(0) < POOL;
    }

    /** Whether its answers set the shape of thresholds, and not their level. */
    public boolean setsShape() {
        return digestByte(1) < SHAPE;
    }

    /** Whether what was learned is tried on its answers, and thresholds are set from others. */
    public boolean judges() {
        return digestByte(2) < JUDGING;
    }

    /** Clean streams to gather in all for so many to be left for the level, on average. */
    public static int streamsForLevel(int level) {
        return (int) Math.ceil(level / (1 - SHAPE / 256.0));
    }

    private int digestByte(int index) {
        return HexFormat.fromHexDigits(sha256, 2 * index, 2 * index + 2);
    }
}
