package dev.weir.models;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One streaming expert, open, with the states of its streams: gathers the states of a batch from their slots, runs,
 * and scatters the new ones. Not thread-safe but for {@link #states()}.
 *
 * <p>What a row gets must not depend on the rows beside it, on padding, or on how many tokens it brought. The model
 * holds that by its form (sums started from the carried sum, convolutions as one product); this class holds it by
 * shape: a product of a single row may take another kernel, which may add in another order, so a lone token is padded
 * to {@value #LEAST_POSITIONS}. With that, whole texts, single tokens and foreign rows give the same bits.
 */
public final class StreamingSession implements AutoCloseable {
    static final int LEAST_POSITIONS = 2;

    private final StreamingExpert expert;
    private final OnnxModel model;
    private final RunShapes shapes;
    private final StateArena states;
    private final Arena memory = Arena.ofShared();
    private final NativeTensor ids;
    private final NativeTensor lengths;
    private final NativeTensor state;
    private final NativeTensor logits;
    private final NativeTensor nextState;
    private final int maxTokens;
    private boolean closed;

    private StreamingSession(StreamingExpert expert, OnnxModel model, RunShapes shapes, StateArena states) {
        this.expert = expert;
        this.model = model;
        this.shapes = shapes;
        this.states = states.share();
        ExpertManifest.Streaming manifest = expert.manifest();
        long rows = manifest.maxBatch();
        maxTokens = Math.max(LEAST_POSITIONS, manifest.maxTokens());
        ids = NativeTensor.longs(memory, rows * maxTokens);
        lengths = NativeTensor.longs(memory, rows);
        state = NativeTensor.floats(memory, rows * manifest.stateFloats());
        logits = NativeTensor.floats(
                memory, rows * maxTokens * manifest.categories().size());
        nextState = NativeTensor.floats(memory, rows * manifest.stateFloats());
    }

    /**
     * Opens the model and allocates states of its own, for runs in the shape of their rows.
     *
     * @param device as {@link Placement#of} takes it
     * @param slots most streams at a time
     */
    public static StreamingSession open(StreamingExpert expert, Device device, int slots) throws ExpertLoadException {
        try (StateArena states = StateArena.of(expert, slots)) {
            return open(expert, Placement.of(device), RunShapes.EXACT, states);
        }
    }

    /**
     * Opens the model.
     *
     * @param states may be those of other sessions of this expert too; held until this one is closed
     */
    public static StreamingSession open(
            StreamingExpert expert, Placement placement, RunShapes shapes, StateArena states)
            throws ExpertLoadException {
        ExpertManifest.Streaming manifest = expert.manifest();
        List<String> problems = new ArrayList<>();
        OnnxModel model = null;
        try {
            model = OnnxModel.open(ExpertFiles.bytes(expert.folder(), manifest.model()), placement);
            ExpertManifest.StreamingTensors names = manifest.tensors();
            long any = OnnxModel.ANY;
            int floats = manifest.stateFloats();
            model.check(
                    expert.name(),
                    List.of(
                            new OnnxModel.Expected("ids", names.ids(), OnnxJavaType.INT64, any, any),
                            new OnnxModel.Expected("lengths", names.lengths(), OnnxJavaType.INT64, any),
                            new OnnxModel.Expected("state", names.state(), OnnxJavaType.FLOAT, any, floats)),
                    List.of(
                            new OnnxModel.Expected(
                                    "logits",
                                    names.logits(),
                                    OnnxJavaType.FLOAT,
                                    any,
                                    any,
                                    manifest.categories().size()),
                            new OnnxModel.Expected("nextState", names.nextState(), OnnxJavaType.FLOAT, any, floats)),
                    problems);
        } catch (OrtException e) {
            problems.add("expert " + expert.name() + ": model " + manifest.model() + " " + e.getMessage()
                    + " (expected: a model ONNX Runtime takes)");
        } catch (IOException e) {
            problems.add("expert " + expert.name() + ": model " + manifest.model() + " (expected: a readable file)");
        }
        if (model == null || !problems.isEmpty()) {
            if (model != null) {
                model.close();
            }
            throw new ExpertLoadException(problems);
        }
        try {
            return new StreamingSession(expert, model, shapes, states);
        } catch (RuntimeException | OutOfMemoryError e) {
            model.close();
            throw e;
        }
    }

    public StateArena states() {
        return states;
    }

    /**
     * Scores 1 to maxBatch rows of 1 to maxTokens tokens and moves their states on, except those of provisional rows.
     * Blocks for the length of the run. A row whose slot is stale, or for which the model gives numbers that are none,
     * {@link TokenRow#failed fails} alone. A slot may be in one row of a batch only.
     *
     * @throws ExpertFailedException if the run broke: no row was scored, no state changed
     */
    public void score(List<TokenRow> rows) throws ExpertFailedException {
        if (closed) {
            throw new IllegalStateException("expert " + expert.name() + " is closed");
        }
        if (rows.isEmpty() || rows.size() > expert.maxBatch()) {
            throw new IllegalArgumentException("rows " + rows.size() + " (expected: 1 to " + expert.maxBatch() + ")");
        }
        List<TokenRow> live = gather(rows);
        if (live.isEmpty()) {
            return;
        }
        int longest = leastTokens(live.size());
        for (TokenRow row : live) {
            longest = Math.max(longest, row.count());
        }
        int tokens = shapes.tokens(longest, maxTokens);
        for (int r = 0; r < live.size(); r++) {
            TokenRow row = live.get(r);
            lengths.setLong(r, row.count());
            for (int t = 0; t < tokens; t++) {
                ids.setLong((long) r * tokens + t, t < row.count() ? row.id(t) : 0);
            }
        }
        int padded = shapes.rows(live.size(), expert.maxBatch());
        pad(live.size(), padded, tokens);
        run(padded, tokens);
        for (int r = 0; r < live.size(); r++) {
            scatter(live.get(r), r, tokens);
        }
    }

    /** Makes the rows from {@code from} on padding: one token each, and a state of zeros. */
    private void pad(int from, int to, int tokens) {
        long stateBytes = expert.stateBytes();
        for (int r = from; r < to; r++) {
            lengths.setLong(r, 1);
            for (int t = 0; t < tokens; t++) {
                ids.setLong((long) r * tokens + t, 0);
            }
            state.memory().asSlice(r * stateBytes, stateBytes).fill((byte) 0);
        }
    }

    /** Runs padding in every shape that text can come in, so that no stream pays for the first run of one. */
    public void warm() throws ExpertFailedException {
        boolean exact = shapes.equals(RunShapes.EXACT);
        for (int rows : exact ? List.of(1) : RunShapes.upTo(shapes.rows(), expert.maxBatch())) {
            for (int tokens : RunShapes.upTo(exact ? List.of(LEAST_POSITIONS, 4) : shapes.tokens(), maxTokens)) {
                pad(0, rows, tokens);
                run(rows, tokens);
            }
        }
    }

    static int leastTokens(int rows) {
        return rows == 1 ? LEAST_POSITIONS : 1;
    }

    private List<TokenRow> gather(List<TokenRow> rows) {
        int vocabulary = expert.tokenizer().vocabularySize();
        for (TokenRow row : rows) {
            if (row.count() > expert.maxTokens()) {
                throw new IllegalArgumentException(
                        "tokens " + row.count() + " (expected: 1 to " + expert.maxTokens() + ")");
            }
        }
        List<TokenRow> live = new ArrayList<>(rows.size());
        long stateBytes = expert.stateBytes();
        for (TokenRow row : rows) {
            boolean known = true;
            for (int t = 0; t < row.count(); t++) {
                known &= row.id(t) >= 0 && row.id(t) < vocabulary;
            }
            if (known && states.read(row.slot(), state.memory(), live.size() * stateBytes)) {
                live.add(row);
            } else {
                row.fail();
            }
        }
        return live;
    }

    private void run(int rows, int tokens) throws ExpertFailedException {
        ExpertManifest.StreamingTensors names = expert.manifest().tensors();
        int floats = expert.manifest().stateFloats();
        try (OnnxTensor idsTensor = ids.shaped(rows, tokens);
                OnnxTensor lengthsTensor = lengths.shaped(rows);
                OnnxTensor stateTensor = state.shaped(rows, floats);
                OnnxTensor logitsTensor =
                        logits.shaped(rows, tokens, expert.categories().size());
                OnnxTensor nextTensor = nextState.shaped(rows, floats)) {
            model.run(
                    Map.of(names.ids(), idsTensor, names.lengths(), lengthsTensor, names.state(), stateTensor),
                    Map.of(names.logits(), logitsTensor, names.nextState(), nextTensor));
        } catch (OrtException e) {
            throw new ExpertFailedException("expert " + expert.name() + ": " + e.getMessage(), e);
        }
    }

    private void scatter(TokenRow row, int r, int tokens) {
        List<Calibration> calibration = expert.manifest().calibration();
        int categories = calibration.size();
        byte[] votes = new byte[row.count() * categories];
        for (int i = 0; i < votes.length; i++) {
            float logit = logits.getFloat((long) r * tokens * categories + i);
            if (!Float.isFinite(logit)) {
                row.fail();
                return;
            }
            votes[i] = calibration.get(i % categories).vote(logit);
        }
        if (!row.provisional() && !states.write(row.slot(), nextState.memory(), (long) r * expert.stateBytes())) {
            row.fail();
            return;
        }
        row.scored(votes, categories);
    }

    /** The raw output of the last run, for tests that compare bits. */
    float logit(int index) {
        return logits.getFloat(index);
    }

    /** Closes the model and lets go of the states; when nobody else holds those, the slots are worth nothing after. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            model.close();
            states.close();
            memory.close();
        }
    }
}
