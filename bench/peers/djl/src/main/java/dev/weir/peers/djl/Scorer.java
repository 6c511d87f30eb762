package dev.weir.peers.djl;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Encoder and head as DJL models, and the tokenizer. One thread at a time. */
final class Scorer implements AutoCloseable {
    private static final long CLS = 101;
    private static final long SEP = 102;

    private final ZooModel<NDList, NDList> encoder;
    private final ZooModel<NDList, NDList> head;
    private final Predictor<NDList, NDList> encode;
    private final Predictor<NDList, NDList> judge;
    private final HuggingFaceTokenizer tokenizer;
    private final int window;

    private Scorer(
            ZooModel<NDList, NDList> encoder,
            ZooModel<NDList, NDList> head,
            HuggingFaceTokenizer tokenizer,
            int window) {
        this.encoder = encoder;
        this.head = head;
        this.encode = encoder.newPredictor();
        this.judge = head.newPredictor();
        this.tokenizer = tokenizer;
        this.window = window;
    }

    static Scorer open(Path encoder, Path head, Path tokenizer, int window)
            throws IOException, ModelNotFoundException, MalformedModelException {
        return new Scorer(
                model(encoder),
                model(head),
                HuggingFaceTokenizer.newInstance(tokenizer, Map.of("padding", "false", "truncation", "false")),
                window);
    }

    private static ZooModel<NDList, NDList> model(Path file)
            throws IOException, ModelNotFoundException, MalformedModelException {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(file)
                .optEngine("OnnxRuntime")
                .optTranslator(new NoopTranslator())
                // One thread makes no pool, and so nothing that spins.
                .optOption("intraOpNumThreads", "1")
                .optOption("interOpNumThreads", "1")
                .optOption("executionMode", "SEQUENTIAL")
                .optOption("optLevel", "ALL_OPT")
                .optOption("memoryPatternOptimization", "true")
                .optOption("cpuArenaAllocator", "true")
                .build()
                .loadModel();
    }

    /** The highest probability in each window; all are padded to the longest. */
    double[] score(List<String> windows) throws TranslateException {
        long[][] ids = windows.stream().map(this::ids).toArray(long[][]::new);
        int longest = 0;
        for (long[] row : ids) {
            longest = Math.max(longest, row.length);
        }
        Shape shape = new Shape(ids.length, longest);
        long[] flat = new long[ids.length * longest];
        long[] there = new long[flat.length];
        for (int r = 0; r < ids.length; r++) {
            for (int t = 0; t < ids[r].length; t++) {
                flat[r * longest + t] = ids[r][t];
                there[r * longest + t] = 1;
            }
        }
        try (NDManager memory = encoder.getNDManager().newSubManager()) {
            NDArray mask = named("attention_mask", memory.create(there, shape));
            NDList hidden = encode.predict(new NDList(
                    named("input_ids", memory.create(flat, shape)),
                    mask,
                    named("token_type_ids", memory.create(new long[flat.length], shape))));
            hidden.attach(memory);
            NDList logits = judge.predict(new NDList(named("hidden", hidden.head()), named("mask", mask)));
            logits.attach(memory);
            return highest(logits.head().toFloatArray(), ids.length);
        }
    }

    private static NDArray named(String name, NDArray tensor) {
        tensor.setName(name);
        return tensor;
    }

    /** The last tokens of a text between start and end token. */
    private long[] ids(String text) {
        long[] all = tokenizer.encode(text, false, false).getIds();
        int kept = Math.min(all.length, window - 2);
        long[] ids = new long[kept + 2];
        ids[0] = CLS;
        System.arraycopy(all, all.length - kept, ids, 1, kept);
        ids[kept + 1] = SEP;
        return ids;
    }

    private static double[] highest(float[] logits, int rows) {
        int categories = logits.length / rows;
        double[] scores = new double[rows];
        for (int i = 0; i < logits.length; i++) {
            scores[i / categories] = Math.max(scores[i / categories], 1 / (1 + Math.exp(-logits[i])));
        }
        return scores;
    }

    @Override
    public void close() {
        encode.close();
        judge.close();
        encoder.close();
        head.close();
        tokenizer.close();
    }
}
