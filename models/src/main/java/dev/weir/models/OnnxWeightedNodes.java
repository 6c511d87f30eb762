package dev.weir.models;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of an ONNX model that look up or multiply with weights, in the order of the graph. Reads just so much of the
 * protocol buffer as leads there.
 *
 * <p>Reference: {@code onnx.proto}, messages ModelProto, GraphProto and NodeProto.
 */
final class OnnxWeightedNodes {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_OPERATOR = 4;

    /**
     * One node.
     *
     * @param operator {@code Gather} or {@code MatMul}
     * @param bias what an {@code Add} behind a product adds to it; null where none does
     */
    record Node(String operator, OnnxInitializers.Place weights, OnnxInitializers.@Nullable Place bias) {}

    private final Map<String, OnnxInitializers.Place> weights;
    private final List<Node> nodes = new ArrayList<>();
    /** Place in {@link #nodes} of the node that gives this output. */
    private final Map<String, Integer> givenBy = new HashMap<>();

    private OnnxWeightedNodes(Map<String, OnnxInitializers.Place> weights) {
        this.weights = weights;
    }

    /** @throws IOException if the bytes are no model */
    static List<Node> of(byte[] model) throws IOException {
        OnnxWeightedNodes found = new OnnxWeightedNodes(OnnxInitializers.of(model));
        for (ProtoReader fields = new ProtoReader(model); fields.next(); ) {
            if (fields.number() == MODEL_GRAPH) {
                found.readGraph(fields.message());
            }
        }
        return found.nodes;
    }

    private void readGraph(ProtoReader fields) throws IOException {
        while (fields.next()) {
            if (fields.number() == GRAPH_NODE) {
                readNode(fields.message());
            }
        }
    }

    private void readNode(ProtoReader fields) throws IOException {
        List<String> inputs = new ArrayList<>();
        String output = "";
        String operator = "";
        while (fields.next()) {
            switch (fields.number()) {
                case NODE_INPUT -> inputs.add(fields.text());
                case NODE_OUTPUT -> output = fields.text();
                case NODE_OPERATOR -> operator = fields.text();
                default -> {}
            }
        }
        switch (operator) {
            case "Gather" -> add(operator, inputs.getFirst(), output);
            case "MatMul" -> add(operator, inputs.getLast(), output);
            case "Add" -> {
                addBias(inputs.getFirst(), inputs.getLast());
                addBias(inputs.getLast(), inputs.getFirst());
            }
            default -> {}
        }
    }

    private void add(String operator, String name, String output) {
        OnnxInitializers.Place place = weights.get(name);
        if (place != null) {
            givenBy.put(output, nodes.size());
            nodes.add(new Node(operator, place, null));
        }
    }

    private void addBias(String product, String name) {
        Integer node = givenBy.get(product);
        OnnxInitializers.Place bias = weights.get(name);
        if (node != null && bias != null) {
            nodes.set(node, new Node(nodes.get(node).operator(), nodes.get(node).weights(), bias));
        }
    }
}
