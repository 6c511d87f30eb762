package dev.weir.models;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The family of networks that {@code models/training/causal.py} trains, run by our own code: gated, dilated causal
 * convolutions over word embeddings.
 *
 * <pre>
 * x = widen(words[id]) + Σ role(start tokens seen so far)
 * for each layer:  carried[t] = narrow(x)
 *                  value, gate = mix(carried[t − 2d], carried[t − d], carried[t])
 *                  x += value · sigmoid(gate)
 * logits = out(relu(hidden(x)))
 * </pre>
 *
 * <p>ONNX Runtime spends most of a small batch on moving the carried state, 16 KB a stream, through some 280 nodes; the
 * arithmetic is half a million multiply-adds a token. Here a state is a ring for each layer in the stream's slot, read
 * where it lies: a token reads two rows of it and adds one. The new tokens of all rows are one list of positions without
 * padding, taken {@value #CHUNK} at a time through all layers, so that what flows between layers stays in the
 * processor's cache.
 *
 * <p>What a position gets does not depend on its neighbours, by construction: see {@link PackedMatrix}; everything else
 * is done number by number. So the bits are the same alone, in any batch, in any cut, and on any processor.
 */
final class GatedConvolution implements StreamingNetwork {
    private static final int CHUNK = 64;

    /** A slot holds how many tokens the stream has read, the start tokens it has seen, then the ring of each layer. */
    private static final int COUNTER_BYTES = Long.BYTES;

    private static final ValueLayout.OfLong COUNTER = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat NUMBER = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final StreamingExpert expert;
    private final GatedWeights weights;
    private final GatedWeights.Shape shape;
    private final StateArena states;
    private final MemorySegment memory;

    /** Where the state of each row of the run lies, and which of the positions is its first. */
    private final long[] rowState;

    private final int[] rowFrom;

    /** Of each position: its row, its word and the start tokens seen up to it. */
    private final int[] positionRow;

    private final int[] positionWord;
    private final float[] positionRoles;

    /** Of each position and layer: what is carried. */
    private final float[][] carried;

    private final float[] logits;

    /** Of each position of a chunk. */
    private final float[] embedded;

    private final float[] x;
    private final float[] taps;
    private final float[] mixed;
    private final float[] hidden;

    private final int widthStride;
    private final int narrowStride;
    private final int mixStride;
    private final int outStride;

    GatedConvolution(StreamingExpert expert, GatedWeights weights, int slots) {
        this.expert = expert;
        this.weights = weights;
        shape = weights.shape();
        states = new StateArena(slots, COUNTER_BYTES / Float.BYTES + weights.carriedFloats());
        memory = states.memory();
        widthStride = PackedMatrix.paddedWidth(shape.width());
        narrowStride = PackedMatrix.paddedWidth(shape.narrow());
        mixStride = PackedMatrix.paddedWidth(2 * shape.width());
        outStride = PackedMatrix.paddedWidth(shape.outputs());
        int rows = expert.maxBatch();
        int positions = Math.multiplyExact(rows, expert.maxTokens());
        rowState = new long[rows];
        rowFrom = new int[rows + 1];
        positionRow = new int[positions];
        positionWord = new int[positions];
        positionRoles = new float[positions * shape.roles()];
        int written = positions + PackedMatrix.BLOCK - 1;
        carried = new float[weights.layers().size()][written * narrowStride];
        logits = new float[written * outStride];
        int inChunk = CHUNK + PackedMatrix.BLOCK;
        embedded = new float[inChunk * shape.embedding()];
        x = new float[inChunk * widthStride];
        taps = new float[inChunk * GatedWeights.TAPS * shape.narrow()];
        mixed = new float[inChunk * mixStride];
        hidden = new float[inChunk * widthStride];
    }

    /**
     * Reads the weights from the model and allocates the states.
     *
     * @param model bytes of the model file
     * @param kernel from the manifest
     */
    static GatedConvolution open(StreamingExpert expert, byte[] model, ExpertManifest.Kernel kernel, int slots)
            throws ExpertLoadException {
        ExpertManifest.Streaming manifest = expert.manifest();
        List<String> problems = new ArrayList<>();
        String says = "expert " + expert.name() + ": model " + manifest.model() + " ";
        try {
            GatedWeights weights = GatedWeights.read(
                            model,
                            manifest,
                            kernel.dilations(),
                            (found, expected) -> problems.add(says + found + " (expected: " + expected
                                    + ", for kernel \"" + ExpertManifest.Kernel.GATED_CAUSAL_CONVOLUTION + "\")"))
                    .orElse(null);
            if (weights != null) {
                return new GatedConvolution(expert, weights, slots);
            }
        } catch (IOException e) {
            problems.add(says + e.getMessage() + " (expected: an ONNX model)");
        }
        throw new ExpertLoadException(problems);
    }

    @Override
    public StateArena states() {
        return states;
    }

    @Override
    public boolean admit(TokenRow row, int r) {
        rowState[r] = states.place(row.slot());
        return rowState[r] != StateArena.STALE;
    }

    @Override
    public void run(List<TokenRow> rows) {
        int positions = list(rows);
        for (int from = 0; from < positions; from += CHUNK) {
            run(from, Math.min(CHUNK, positions - from));
        }
    }

    /** Lays the rows' tokens out as positions. */
    private int list(List<TokenRow> rows) {
        int roles = shape.roles();
        int p = 0;
        for (int r = 0; r < rows.size(); r++) {
            TokenRow row = rows.get(r);
            rowFrom[r] = p;
            for (int t = 0; t < row.count(); t++, p++) {
                int word = row.id(t);
                positionRow[p] = r;
                positionWord[p] = word;
                for (int role = 0; role < roles; role++) {
                    float before = t == 0
                            ? memory.get(NUMBER, rowState[r] + COUNTER_BYTES + (long) role * Float.BYTES)
                            : positionRoles[(p - 1) * roles + role];
                    positionRoles[p * roles + role] = before + (word == startToken(role) ? 1 : 0);
                }
            }
        }
        rowFrom[rows.size()] = p;
        return p;
    }

    private int startToken(int role) {
        return role == 0 ? expert.manifest().replyStart() : expert.manifest().promptStart();
    }

    private void run(int from, int positions) {
        for (int i = 0; i < positions; i++) {
            weights.embed(positionWord[from + i], embedded, i * shape.embedding());
        }
        weights.widen().times(embedded, shape.embedding(), positions, x, 0);
        for (int i = 0; i < positions; i++) {
            for (int role = 0; role < shape.roles(); role++) {
                float seen = positionRoles[(from + i) * shape.roles() + role];
                weights.addRole(role, seen, x, i * widthStride);
            }
        }
        long ring = COUNTER_BYTES + (long) shape.roles() * Float.BYTES;
        for (int l = 0; l < carried.length; l++) {
            GatedWeights.Layer layer = weights.layers().get(l);
            layer.narrow().times(x, widthStride, positions, carried[l], from * narrowStride);
            gatherTaps(from, positions, layer, carried[l], ring);
            layer.mix().times(taps, GatedWeights.TAPS * shape.narrow(), positions, mixed, 0);
            for (int i = 0; i < positions; i++) {
                int values = i * mixStride;
                Gate.add(mixed, values, values + shape.width(), x, i * widthStride, shape.width());
            }
            ring += ringBytes(layer);
        }
        weights.hidden().times(x, widthStride, positions, hidden, 0);
        for (int i = 0; i < positions * widthStride; i++) {
            hidden[i] = Math.max(0, hidden[i]);
        }
        weights.out().times(hidden, widthStride, positions, logits, from * outStride);
    }

    /** Puts the rows each position reads side by side, the oldest first: from this run, or from before it. */
    private void gatherTaps(int from, int positions, GatedWeights.Layer layer, float[] carriedHere, long ring) {
        int narrow = shape.narrow();
        int to = 0;
        for (int p = from; p < from + positions; p++) {
            int r = positionRow[p];
            for (int back = (GatedWeights.TAPS - 1) * layer.dilation();
                    back >= 0;
                    back -= layer.dilation(), to += narrow) {
                int there = p - back;
                if (there >= rowFrom[r]) {
                    System.arraycopy(carriedHere, there * narrowStride, taps, to, narrow);
                } else {
                    long read = memory.get(COUNTER, rowState[r]);
                    long at = ring + ringRow(layer, read + there - rowFrom[r]);
                    MemorySegment.copy(memory, NUMBER, rowState[r] + at, taps, to, narrow);
                }
            }
        }
    }

    /** Where in the layer's ring the row of that token of the stream lies; those before its first are zeros. */
    private long ringRow(GatedWeights.Layer layer, long token) {
        return Math.floorMod(token, layer.carried()) * (long) shape.narrow() * Float.BYTES;
    }

    private long ringBytes(GatedWeights.Layer layer) {
        return (long) layer.carried() * shape.narrow() * Float.BYTES;
    }

    @Override
    public float logit(int r, int index) {
        int outputs = shape.outputs();
        return logits[(rowFrom[r] + index / outputs) * outStride + index % outputs];
    }

    @Override
    public boolean keep(TokenRow row, int r) {
        // Only this thread writes states: if the slot goes stale from here on, its heir's reads as zeros all the same.
        if (!states.isCurrent(row.slot())) {
            return false;
        }
        long state = rowState[r];
        long read = memory.get(COUNTER, state);
        memory.set(COUNTER, state, read + row.count());
        int last = rowFrom[r + 1] - 1;
        long at = state + COUNTER_BYTES;
        MemorySegment.copy(positionRoles, last * shape.roles(), memory, NUMBER, at, shape.roles());
        at += (long) shape.roles() * Float.BYTES;
        for (int l = 0; l < carried.length; l++) {
            GatedWeights.Layer layer = weights.layers().get(l);
            for (int t = Math.max(0, row.count() - layer.carried()); t < row.count(); t++) {
                int from = (rowFrom[r] + t) * narrowStride;
                MemorySegment.copy(carried[l], from, memory, NUMBER, at + ringRow(layer, read + t), shape.narrow());
            }
            at += ringBytes(layer);
        }
        return true;
    }

    @Override
    public void close() {
        states.close();
    }
}
