package dev.weir.bench.peers;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weir.models.ExpertManifest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The limit: one network run over and over by one thread, with the options the server's sessions have, tensors over
 * memory that stays where it is, and nothing around it. Whatever else a server does can only be added to this.
 */
final class BareLoop implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int WARM_UP_SHARE = 4;
    private static final int HIDDEN = 384;
    /** BERT's uncased vocabulary: marks and single characters come before. */
    private static final int FIRST_WORD = 1_996;

    private static final int VOCABULARY = 30_522;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** One run of the network. */
    private interface Run {
        void once() throws OrtException;
    }

    BareLoop(Path model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            session = environment.createSession(model.toString(), options);
        }
    }

    /**
     * An encoder over full windows.
     *
     * @param seconds of processor time that are measured, after a quarter of it to warm up
     * @return microseconds of processor time that a token takes
     */
    double encode(ExpertManifest.Windowed expert, int rows, int tokens, double seconds) throws OrtException {
        ExpertManifest.WindowedTensors names = expert.tensors();
        try (OnnxTensor ids = longs(someWords(), rows, tokens);
                OnnxTensor mask = longs(() -> 1, rows, tokens);
                OnnxTensor types = longs(() -> 0, rows, tokens);
                OnnxTensor output = floats(rows, tokens, HIDDEN)) {
            Map<String, OnnxTensor> inputs = Map.of(names.ids(), ids, names.mask(), mask, names.types(), types);
            Map<String, OnnxTensor> outputs = Map.of(names.hidden(), output);
            return microsPerToken(() -> session.run(inputs, Set.of(), outputs).close(), rows * tokens, seconds);
        }
    }

    /** A streaming expert over new tokens of as many streams as there are rows, their states carried from run to run. */
    double stream(ExpertManifest.Streaming expert, int rows, int tokens, double seconds) throws OrtException {
        ExpertManifest.StreamingTensors names = expert.tensors();
        try (OnnxTensor ids = longs(someWords(), rows, tokens);
                OnnxTensor lengths = longs(() -> tokens, rows);
                OnnxTensor even = floats(rows, expert.stateFloats());
                OnnxTensor odd = floats(rows, expert.stateFloats());
                OnnxTensor logits = floats(rows, tokens, expert.categories().size())) {
            OnnxTensor[] states = {even, odd};
            int[] runs = {0};
            return microsPerToken(
                    () -> {
                        OnnxTensor from = states[runs[0] & 1];
                        OnnxTensor to = states[++runs[0] & 1];
                        session.run(
                                        Map.of(names.ids(), ids, names.lengths(), lengths, names.state(), from),
                                        Set.of(),
                                        Map.of(names.logits(), logits, names.nextState(), to))
                                .close();
                    },
                    rows * tokens,
                    seconds);
        }
    }

    private static double microsPerToken(Run run, int tokens, double seconds) throws OrtException {
        repeat(run, seconds / WARM_UP_SHARE);
        long before = THREADS.getCurrentThreadCpuTime();
        long runs = repeat(run, seconds);
        return (THREADS.getCurrentThreadCpuTime() - before) / 1e3 / runs / tokens;
    }

    private static long repeat(Run run, double seconds) throws OrtException {
        long until = THREADS.getCurrentThreadCpuTime() + (long) (seconds * 1e9);
        long runs = 0;
        do {
            run.once();
            runs++;
        } while (THREADS.getCurrentThreadCpuTime() < until);
        return runs;
    }

    private static LongSupplier someWords() {
        Random random = new Random(1);
        return () -> random.nextInt(FIRST_WORD, VOCABULARY);
    }

    private OnnxTensor longs(LongSupplier value, long... shape) throws OrtException {
        ByteBuffer memory = memory(Long.BYTES, shape);
        while (memory.hasRemaining()) {
            memory.putLong(value.getAsLong());
        }
        return OnnxTensor.createTensor(environment, memory.rewind(), shape, OnnxJavaType.INT64);
    }

    private OnnxTensor floats(long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment, memory(Float.BYTES, shape), shape, OnnxJavaType.FLOAT);
    }

    private static ByteBuffer memory(int bytes, long... shape) {
        long all = bytes;
        for (long dimension : shape) {
            all *= dimension;
        }
        return ByteBuffer.allocateDirect(Math.toIntExact(all)).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
