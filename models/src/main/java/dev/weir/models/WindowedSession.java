package dev.weir.models;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One windowed expert, open: encoder and head, and the memory between them. Not thread-safe.
 *
 * <p>Rows run together only with rows of their own length, and none is padded but to the length that its own shape has.
 * Attention over padding may add in another order, so padding to the longest row of a batch would let neighbours into the
 * last bits; and a token of padding costs as much as a token of text. Most rows of a busy server are alike all the same:
 * windows are asked about at a few positions of a text, and are full from then on. For the sake of the bits, too, the
 * head never runs on one row alone: a row without a text keeps it company.
 */
public final class WindowedSession implements AutoCloseable {
    /** The head reads one pooled row a window, and a product of a single row takes another kernel. */
    private static final int LEAST_HEAD_ROWS = 2;

    private static final int HIDDEN = 384;

    private final WindowedExpert expert;
    private final OnnxModel encoder;
    private final OnnxModel head;
    private final RunShapes shapes;

    private final Arena memory = Arena.ofShared();
    private final NativeTensor ids;
    private final NativeTensor mask;
    private final NativeTensor types;
    private final NativeTensor hidden;
    private final NativeTensor logits;
    private boolean closed;

    private WindowedSession(WindowedExpert expert, OnnxModel encoder, OnnxModel head, RunShapes shapes) {
        this.expert = expert;
        this.encoder = encoder;
        this.head = head;
        this.shapes = shapes;
        long rows = Math.max(LEAST_HEAD_ROWS, expert.maxBatch());
        long tokens = rows * expert.windowTokens();
        ids = NativeTensor.longs(memory, tokens);
        mask = NativeTensor.longs(memory, tokens);
        types = NativeTensor.longs(memory, tokens);
        hidden = NativeTensor.floats(memory, tokens * HIDDEN);
        logits = NativeTensor.floats(memory, rows * expert.categories().size());
    }

    /** Opens encoder and head on a device as {@link Placement#of} takes it, for runs of as many rows as there are. */
    public static WindowedSession open(WindowedExpert expert, Device device) throws ExpertLoadException {
        return open(expert, Placement.of(device), RunShapes.EXACT);
    }

    /** Opens encoder and head. */
    public static WindowedSession open(WindowedExpert expert, Placement placement, RunShapes shapes)
            throws ExpertLoadException {
        ExpertManifest.Windowed manifest = expert.manifest();
        ExpertManifest.WindowedTensors names = manifest.tensors();
        long any = OnnxModel.ANY;
        List<String> problems = new ArrayList<>();
        OnnxModel encoder = openOne(
                expert,
                "model",
                manifest.model(),
                placement,
                List.of(
                        new OnnxModel.Expected("ids", names.ids(), OnnxJavaType.INT64, any, any),
                        new OnnxModel.Expected("mask", names.mask(), OnnxJavaType.INT64, any, any),
                        new OnnxModel.Expected("types", names.types(), OnnxJavaType.INT64, any, any)),
                List.of(new OnnxModel.Expected("hidden", names.hidden(), OnnxJavaType.FLOAT, any, any, HIDDEN)),
                problems);
        OnnxModel head = openOne(
                expert,
                "head",
                manifest.head(),
                placement,
                List.of(
                        new OnnxModel.Expected("headHidden", names.headHidden(), OnnxJavaType.FLOAT, any, any, HIDDEN),
                        new OnnxModel.Expected("headMask", names.headMask(), OnnxJavaType.INT64, any, any)),
                List.of(new OnnxModel.Expected(
                        "logits",
                        names.logits(),
                        OnnxJavaType.FLOAT,
                        any,
                        manifest.categories().size())),
                problems);
        if (encoder == null || head == null || !problems.isEmpty()) {
            close(encoder);
            close(head);
            throw new ExpertLoadException(problems);
        }
        try {
            return new WindowedSession(expert, encoder, head, shapes);
        } catch (RuntimeException | OutOfMemoryError e) {
            encoder.close();
            head.close();
            throw e;
        }
    }

    private static @Nullable OnnxModel openOne(
            WindowedExpert expert,
            String key,
            String file,
            Placement placement,
            List<OnnxModel.Expected> inputs,
            List<OnnxModel.Expected> outputs,
            List<String> problems) {
        OnnxModel model = null;
        try {
            model = OnnxModel.open(Files.readAllBytes(expert.folder().resolve(file)), placement);
            model.check(expert.name(), inputs, outputs, problems);
            return model;
        } catch (OrtException e) {
            problems.add("expert " + expert.name() + ": " + key + " " + file + " " + e.getMessage()
                    + " (expected: a model ONNX Runtime takes)");
        } catch (IOException e) {
            problems.add("expert " + expert.name() + ": " + key + " " + file + " (expected: a readable file)");
        }
        close(model);
        return null;
    }

    private static void close(@Nullable OnnxModel model) {
        if (model != null) {
            model.close();
        }
    }

    /**
     * Scores 1 to maxBatch rows of at most windowTokens ids. Blocks for the length of the run, or of a few where the
     * rows differ much in length.
     *
     * @throws ExpertFailedException if a run broke; rows of other lengths may have been scored
     */
    public void score(List<WindowRow> rows) throws ExpertFailedException {
        if (closed) {
            throw new IllegalStateException("expert " + expert.name() + " is closed");
        }
        if (rows.isEmpty() || rows.size() > expert.maxBatch()) {
            throw new IllegalArgumentException("rows " + rows.size() + " (expected: 1 to " + expert.maxBatch() + ")");
        }
        for (WindowRow row : rows) {
            if (row.count() > expert.windowTokens()) {
                throw new IllegalArgumentException(
                        "tokens " + row.count() + " (expected: 1 to " + expert.windowTokens() + ")");
            }
        }
        Map<Integer, List<WindowRow>> byLength = new TreeMap<>();
        for (WindowRow row : rows) {
            int length = shapes.tokens(row.count(), expert.windowTokens());
            byLength.computeIfAbsent(length, rowsOfIt -> new ArrayList<>()).add(row);
        }
        for (Map.Entry<Integer, List<WindowRow>> alike : byLength.entrySet()) {
            scoreAlike(alike.getValue(), alike.getKey());
        }
    }

    private void scoreAlike(List<WindowRow> rows, int length) throws ExpertFailedException {
        for (int r = 0; r < rows.size(); r++) {
            WindowRow row = rows.get(r);
            for (int t = 0; t < length; t++) {
                boolean there = t < row.count();
                long at = (long) r * length + t;
                ids.setLong(at, there ? row.id(t) : 0);
                mask.setLong(at, there ? 1 : 0);
                types.setLong(at, 0);
            }
        }
        int padded = shapes.rows(rows.size(), expert.maxBatch());
        pad(rows.size(), padded, length);
        run(padded, length);
        int categories = expert.categories().size();
        for (int r = 0; r < rows.size(); r++) {
            votes(rows.get(r), r * categories);
        }
    }

    /** Makes the rows from {@code from} on padding, of one token each. */
    private void pad(int from, int to, int length) {
        for (int r = from; r < to; r++) {
            for (int t = 0; t < length; t++) {
                long at = (long) r * length + t;
                ids.setLong(at, 0);
                mask.setLong(at, t == 0 ? 1 : 0);
                types.setLong(at, 0);
            }
        }
    }

    /** Runs padding in every shape that windows can come in, so that no stream pays for the first run of one. */
    public void warm() throws ExpertFailedException {
        for (int rows : shapes.rows().isEmpty() ? List.of(1) : RunShapes.upTo(shapes.rows(), expert.maxBatch())) {
            for (int length : RunShapes.upTo(shapes.tokens(), expert.windowTokens())) {
                pad(0, rows, length);
                run(rows, length);
            }
        }
    }

    private void run(int rows, int length) throws ExpertFailedException {
        ExpertManifest.WindowedTensors names = expert.manifest().tensors();
        int headRows = Math.max(LEAST_HEAD_ROWS, rows);
        for (int t = rows * length; t < headRows * length; t++) {
            mask.setLong(t, 1);
        }
        try (OnnxTensor idsTensor = ids.shaped(rows, length);
                OnnxTensor maskTensor = mask.shaped(rows, length);
                OnnxTensor typesTensor = types.shaped(rows, length);
                OnnxTensor hiddenTensor = hidden.shaped(rows, length, HIDDEN);
                OnnxTensor headHidden = hidden.shaped(headRows, length, HIDDEN);
                OnnxTensor headMask = mask.shaped(headRows, length);
                OnnxTensor logitsTensor =
                        logits.shaped(headRows, expert.categories().size())) {
            encoder.run(
                    Map.of(names.ids(), idsTensor, names.mask(), maskTensor, names.types(), typesTensor),
                    Map.of(names.hidden(), hiddenTensor));
            head.run(
                    Map.of(names.headHidden(), headHidden, names.headMask(), headMask),
                    Map.of(names.logits(), logitsTensor));
        } catch (OrtException e) {
            throw new ExpertFailedException("expert " + expert.name() + ": " + e.getMessage(), e);
        }
    }

    private void votes(WindowRow row, int from) {
        List<Calibration> calibration = expert.manifest().calibration();
        byte[] votes = new byte[calibration.size()];
        for (int c = 0; c < votes.length; c++) {
            float logit = logits.getFloat(from + c);
            if (!Float.isFinite(logit)) {
                row.fail();
                return;
            }
            votes[c] = calibration.get(c).vote(logit);
        }
        row.scored(votes);
    }

    /** The raw output of the last run, for tests that compare bits. */
    float logit(int index) {
        return logits.getFloat(index);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            encoder.close();
            head.close();
            memory.close();
        }
    }
}
