package dev.weir.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The weights of a {@link GatedConvolution}, packed for it. */
final class GatedWeights {
    /** Rows of one layer's inputs that each of its outputs reads: the newest, and two at distances of the dilation. */
    static final int TAPS = 3;

    /** Of the network, in the order of the graph: words, widen, role, then two for each layer, hidden and out. */
    private static final int NODES_BEFORE_LAYERS = 3;

    private static final int NODES_AFTER_LAYERS = 2;

    /** One layer: what it narrows its input to is carried, and mixed with what was carried before. */
    record Layer(int dilation, PackedMatrix narrow, PackedMatrix mix) {
        /** Rows that a stream carries. */
        int carried() {
            return (TAPS - 1) * dilation;
        }
    }

    /**
     * How wide each part is.
     *
     * @param embedding numbers of a word
     * @param width of the line all layers add to
     * @param narrow of what a layer carries
     * @param roles start tokens counted
     * @param outputs categories
     */
    record Shape(int embedding, int width, int narrow, int roles, int outputs) {}

    private final Shape shape;
    private final short[] words;
    private final float[] roles;
    private final PackedMatrix widen;
    private final List<Layer> layers;
    private final PackedMatrix hidden;
    private final PackedMatrix out;

    /**
     * @param words half-precision, word by word
     * @param roles added for each start token seen, role by role
     */
    GatedWeights(
            Shape shape,
            short[] words,
            float[] roles,
            PackedMatrix widen,
            List<Layer> layers,
            PackedMatrix hidden,
            PackedMatrix out) {
        this.shape = shape;
        this.words = words;
        this.roles = roles;
        this.widen = widen;
        this.layers = List.copyOf(layers);
        this.hidden = hidden;
        this.out = out;
    }

    /**
     * Finds the weights in a model that the exporter of this family wrote.
     *
     * @param problems is given what was found and what was expected
     * @return empty if there was a problem
     * @throws IOException if the bytes are no model
     */
    static Optional<GatedWeights> read(
            byte[] model,
            ExpertManifest.Streaming manifest,
            List<Integer> dilations,
            BiConsumer<String, String> problems)
            throws IOException {
        return new Reader(model, manifest, dilations, problems).read();
    }

    Shape shape() {
        return shape;
    }

    List<Layer> layers() {
        return layers;
    }

    PackedMatrix widen() {
        return widen;
    }

    PackedMatrix hidden() {
        return hidden;
    }

    PackedMatrix out() {
        return out;
    }

    /** Floats a stream carries: the roles it has seen and what the layers narrowed. */
    int carriedFloats() {
        return shape.roles()
                + shape.narrow() * layers.stream().mapToInt(Layer::carried).sum();
    }

    /** Writes the numbers of a word. */
    void embed(int word, float[] to, int at) {
        int from = word * shape.embedding();
        for (int i = 0; i < shape.embedding(); i++) {
            to[at + i] = Float.float16ToFloat(words[from + i]);
        }
    }

    /** Adds what the start tokens seen so far are worth, {@code seen} times each. */
    void addRole(int role, float seen, float[] to, int at) {
        int from = role * shape.width();
        for (int i = 0; i < shape.width(); i++) {
            to[at + i] += seen * roles[from + i];
        }
    }

    /** One reading of a model. */
    private static final class Reader {
        private final byte[] model;
        private final ByteBuffer bytes;
        private final ExpertManifest.Streaming manifest;
        private final List<Integer> dilations;
        private final BiConsumer<String, String> problems;
        private boolean fits = true;

        Reader(
                byte[] model,
                ExpertManifest.Streaming manifest,
                List<Integer> dilations,
                BiConsumer<String, String> problems) {
            this.model = model;
            this.bytes = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
            this.manifest = manifest;
            this.dilations = dilations;
            this.problems = problems;
        }

        Optional<GatedWeights> read() throws IOException {
            List<OnnxWeightedNodes.Node> nodes = OnnxWeightedNodes.of(model);
            int layers = dilations.size();
            int expected = NODES_BEFORE_LAYERS + 2 * layers + NODES_AFTER_LAYERS;
            if (nodes.size() != expected) {
                problem(
                        "with " + nodes.size() + " lookups and products with weights",
                        expected + ", from " + layers + " dilations");
                return Optional.empty();
            }
            List<Long> narrowest = nodes.get(NODES_BEFORE_LAYERS).weights().shape();
            List<Long> widest = nodes.get(1).weights().shape();
            if (narrowest.size() != 2 || widest.size() != 2) {
                problem("with weights " + widest + " and " + narrowest, "matrices");
                return Optional.empty();
            }
            Shape shape = new Shape(
                    widest.getFirst().intValue(),
                    widest.getLast().intValue(),
                    narrowest.getLast().intValue(),
                    Role.values().length,
                    manifest.categories().size());
            int vocabulary = nodes.getFirst().weights().shape().getFirst().intValue();
            int width = shape.width();
            check("words", nodes.getFirst(), "Gather", vocabulary, shape.embedding());
            check("role", nodes.get(2), "MatMul", shape.roles(), width);
            List<Layer> read = new ArrayList<>();
            PackedMatrix widen = matrix("widen", nodes.get(1), shape.embedding(), width);
            for (int i = 0; i < layers; i++) {
                int at = NODES_BEFORE_LAYERS + 2 * i;
                read.add(new Layer(
                        dilations.get(i),
                        matrix("narrow of layer " + i, nodes.get(at), width, shape.narrow()),
                        matrix("mix of layer " + i, nodes.get(at + 1), TAPS * shape.narrow(), 2 * width)));
            }
            PackedMatrix hidden = matrix("hidden", nodes.get(expected - 2), width, width);
            PackedMatrix out = matrix("out", nodes.get(expected - 1), width, shape.outputs());
            if (!fits) {
                return Optional.empty();
            }
            return Optional.of(new GatedWeights(
                    shape,
                    halves(nodes.getFirst().weights(), vocabulary * shape.embedding()),
                    floats(nodes.get(2).weights(), shape.roles() * width),
                    widen,
                    read,
                    hidden,
                    out));
        }

        private PackedMatrix matrix(String name, OnnxWeightedNodes.Node node, int depth, int width) {
            check(name, node, "MatMul", depth, width);
            OnnxInitializers.Place bias = node.bias();
            if (bias == null || !bias.shape().equals(List.of((long) width)) || bias.half()) {
                problem(name + "'s bias " + (bias == null ? "missing" : bias.shape()), "[" + width + "]");
            }
            return fits && bias != null
                    ? new PackedMatrix(depth, width, floats(node.weights(), depth * width), floats(bias, width))
                    : new PackedMatrix(0, 0, new float[0], new float[0]);
        }

        private void check(String name, OnnxWeightedNodes.Node node, String operator, int rows, int columns) {
            boolean half = operator.equals("Gather");
            OnnxInitializers.Place found = node.weights();
            if (!node.operator().equals(operator)
                    || !found.shape().equals(List.of((long) rows, (long) columns))
                    || found.half() != half) {
                problem(
                        name + " " + node.operator() + " " + found.shape() + (found.half() ? " of halves" : ""),
                        operator + " [" + rows + ", " + columns + "]" + (half ? " of halves" : ""));
            }
        }

        private float[] floats(OnnxInitializers.Place place, int count) {
            float[] floats = new float[count];
            bytes.slice(place.from(), count * Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(floats);
            return floats;
        }

        private short[] halves(OnnxInitializers.Place place, int count) {
            short[] halves = new short[count];
            bytes.slice(place.from(), count * Short.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer()
                    .get(halves);
            return halves;
        }

        private void problem(String found, String expected) {
            fits = false;
            problems.accept(found, expected);
        }
    }
}
