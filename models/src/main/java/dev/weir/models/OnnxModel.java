package dev.weir.models;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One native session: a single thread that does not spin (on shared cores spinning costs 1.2 to 1.9 times the
 * processor time), and inputs and outputs held to what the manifest promised.
 */
final class OnnxModel implements AutoCloseable {
    /** A dimension the graph may leave open. */
    static final long ANY = -1;

    private final OrtSession session;
    private boolean closed;

    private OnnxModel(OrtSession session) {
        this.session = session;
    }

    static OnnxModel open(byte[] model, Placement placement) throws OrtException {
        NativeRuntime.check();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // its errors quote token ids, and text under moderation is never logged
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            if (ByteProducts.mayOverflow()) {
                options.addConfigEntry("session.x64quantprecision", "1");
            }
            if (placement instanceof Placement.Gpu gpu) {
                use(gpu, options);
            }
            return new OnnxModel(OrtEnvironment.getEnvironment().createSession(model, options));
        }
    }

    /**
     * Adds a GPU to the options of a session. Kernels and memory are chosen for few shapes, met again and again: the
     * arena grows by what a shape needs rather than to the next power of two, and kernels are picked by rule rather than
     * by trying them all. Votes are compared with those of a CPU, so products keep all their bits unless asked otherwise,
     * and sums their order from run to run where the kernel can.
     */
    static void use(Placement.Gpu gpu, OrtSession.SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(gpu.number())) {
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            cuda.add("use_tf32", gpu.tf32() ? "1" : "0");
            if (gpu.memoryLimitBytes() > 0) {
                cuda.add("gpu_mem_limit", Long.toString(gpu.memoryLimitBytes()));
            }
            options.setDeterministicCompute(true);
            options.addCUDA(cuda);
        }
    }

    static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment();
    }

    /** What one tensor has to be. */
    record Expected(String key, String name, OnnxJavaType type, List<Long> shape) {
        Expected(String key, String name, OnnxJavaType type, long... shape) {
            this(key, name, type, Arrays.stream(shape).boxed().toList());
        }
    }

    /** Adds to {@code problems} where the graph and the manifest differ. */
    void check(String expert, List<Expected> inputs, List<Expected> outputs, List<String> problems)
            throws OrtException {
        check(expert, inputs, session.getInputInfo(), problems);
        check(expert, outputs, session.getOutputInfo(), problems);
        for (String name : session.getInputNames()) {
            if (inputs.stream().noneMatch(input -> input.name().equals(name))) {
                problems.add("expert " + expert + ": tensors: the model also has an input \"" + name + "\" (expected: "
                        + inputs.stream().map(Expected::name).toList() + ")");
            }
        }
    }

    private static void check(
            String expert, List<Expected> expected, Map<String, NodeInfo> found, List<String> problems) {
        for (Expected tensor : expected) {
            NodeInfo node = found.get(tensor.name());
            String says = "expert " + expert + ": tensors." + tensor.key() + " \"" + tensor.name() + "\"";
            if (node == null) {
                problems.add(says + " (expected: one of " + found.keySet() + ", from its model)");
            } else if (!(node.getInfo() instanceof TensorInfo info)
                    || info.type != tensor.type()
                    || !fits(info.getShape(), tensor.shape())) {
                problems.add(says + " " + described(node) + " (expected: " + tensor.type() + " " + shown(tensor.shape())
                        + ")");
            }
        }
    }

    private static boolean fits(long[] found, List<Long> expected) {
        if (found.length != expected.size()) {
            return false;
        }
        for (int i = 0; i < found.length; i++) {
            // Where we vary a dimension the graph has to leave it open; where we do not, it may.
            if (found[i] != expected.get(i) && found[i] != ANY) {
                return false;
            }
        }
        return true;
    }

    private static String described(NodeInfo node) {
        return node.getInfo() instanceof TensorInfo info
                ? info.type + " " + shown(Arrays.stream(info.getShape()).boxed().toList())
                : node.getInfo().getClass().getSimpleName();
    }

    private static String shown(List<Long> shape) {
        return shape.stream().map(d -> d == ANY ? "any" : d.toString()).toList().toString();
    }

    /** Runs the graph; the outputs are filled in place. */
    void run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) throws OrtException {
        session.run(inputs, Set.of(), outputs).close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
