package dev.weir.models;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A streaming model that ONNX Runtime runs: the states of a batch are gathered from their slots, and scattered to them
 * after.
 *
 * <p>What a row gets must not depend on the rows beside it, on padding, or on how many tokens it brought. The model
 * holds that by its form (sums started from the carried sum, convolutions as one product); this class holds it by
 * shape: a product of a single row may take another kernel, which may add in another order, so a lone token is padded
 * to {@value #LEAST_POSITIONS}. With that, whole texts, single tokens and foreign rows give the same bits.
 */
final class OnnxNetwork implements StreamingNetwork {
    private static final int LEAST_POSITIONS = 2;

    private final StreamingExpert expert;
    private final OnnxModel model;
    private final StateArena states;
    private final Arena memory = Arena.ofShared();
    private final NativeTensor ids;
    private final NativeTensor lengths;
    private final NativeTensor state;
    private final NativeTensor logits;
    private final NativeTensor nextState;
    /** Of each row of the last run, with padding. */
    private int tokens;

    private OnnxNetwork(StreamingExpert expert, OnnxModel model, int slots) {
        this.expert = expert;
        this.model = model;
        ExpertManifest.Streaming manifest = expert.manifest();
        long rows = manifest.maxBatch();
        int maxTokens = Math.max(LEAST_POSITIONS, manifest.maxTokens());
        ids = NativeTensor.longs(memory, rows * maxTokens);
        lengths = NativeTensor.longs(memory, rows);
        state = NativeTensor.floats(memory, rows * manifest.stateFloats());
        logits = NativeTensor.floats(
                memory, rows * maxTokens * manifest.categories().size());
        nextState = NativeTensor.floats(memory, rows * manifest.stateFloats());
        states = new StateArena(slots, manifest.stateFloats());
    }

    /**
     * Opens the model and allocates the states.
     *
     * @param bytes of the model file
     * @param device CPU or CUDA; AUTO is taken as the CPU
     */
    static OnnxNetwork open(StreamingExpert expert, byte[] bytes, Device device, int slots) throws ExpertLoadException {
        ExpertManifest.Streaming manifest = expert.manifest();
        List<String> problems = new ArrayList<>();
        OnnxModel model = null;
        try {
            model = OnnxModel.open(bytes, device);
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
        }
        if (model == null || !problems.isEmpty()) {
            if (model != null) {
                model.close();
            }
            throw new ExpertLoadException(problems);
        }
        try {
            return new OnnxNetwork(expert, model, slots);
        } catch (RuntimeException | OutOfMemoryError e) {
            model.close();
            throw e;
        }
    }

    @Override
    public StateArena states() {
        return states;
    }

    @Override
    public boolean admit(TokenRow row, int r) {
        return states.read(row.slot(), state.memory(), r * stateBytes());
    }

    @Override
    public void run(List<TokenRow> rows) throws ExpertFailedException {
        tokens = rows.size() == 1 ? LEAST_POSITIONS : 1;
        for (TokenRow row : rows) {
            tokens = Math.max(tokens, row.count());
        }
        for (int r = 0; r < rows.size(); r++) {
            TokenRow row = rows.get(r);
            lengths.setLong(r, row.count());
            for (int t = 0; t < tokens; t++) {
                ids.setLong((long) r * tokens + t, t < row.count() ? row.id(t) : 0);
            }
        }
        ExpertManifest.StreamingTensors names = expert.manifest().tensors();
        int floats = expert.manifest().stateFloats();
        try (OnnxTensor idsTensor = ids.shaped(rows.size(), tokens);
                OnnxTensor lengthsTensor = lengths.shaped(rows.size());
                OnnxTensor stateTensor = state.shaped(rows.size(), floats);
                OnnxTensor logitsTensor = logits.shaped(rows.size(), tokens, categories());
                OnnxTensor nextTensor = nextState.shaped(rows.size(), floats)) {
            model.run(
                    Map.of(names.ids(), idsTensor, names.lengths(), lengthsTensor, names.state(), stateTensor),
                    Map.of(names.logits(), logitsTensor, names.nextState(), nextTensor));
        } catch (OrtException e) {
            throw new ExpertFailedException("expert " + expert.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public float logit(int r, int index) {
        return logits.getFloat((long) r * tokens * categories() + index);
    }

    @Override
    public boolean keep(TokenRow row, int r) {
        return states.write(row.slot(), nextState.memory(), r * stateBytes());
    }

    private int categories() {
        return expert.manifest().categories().size();
    }

    private long stateBytes() {
        return (long) expert.manifest().stateFloats() * Float.BYTES;
    }

    @Override
    public void close() {
        model.close();
        states.close();
        memory.close();
    }
}
