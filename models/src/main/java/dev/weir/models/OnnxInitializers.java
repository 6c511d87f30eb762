package dev.weir.models;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the weights lie in the bytes of an ONNX model: its initializers whose numbers are raw floats of 32 or 16 bits,
 * little-endian, by name. Reads just so much of the protocol buffer as leads there.
 *
 * <p>Reference: {@code onnx.proto}, messages ModelProto, GraphProto and TensorProto.
 */
final class OnnxInitializers {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int TENSOR_DIMS = 1;
    private static final int TENSOR_DATA_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW_DATA = 9;
    private static final int FLOAT = 1;
    private static final int FLOAT_16 = 10;

    /** A run of floats, from this byte of the model on; {@code half} if they have 16 bits. */
    record Place(List<Long> shape, boolean half, int from) {}

    private final Map<String, Place> places = new HashMap<>();

    /** @throws IOException if the bytes are no model */
    static Map<String, Place> of(byte[] model) throws IOException {
        OnnxInitializers found = new OnnxInitializers();
        for (ProtoReader fields = new ProtoReader(model); fields.next(); ) {
            if (fields.number() == MODEL_GRAPH) {
                found.readGraph(fields.message());
            }
        }
        return found.places;
    }

    private void readGraph(ProtoReader fields) throws IOException {
        while (fields.next()) {
            if (fields.number() == GRAPH_INITIALIZER) {
                readTensor(fields.message());
            }
        }
    }

    private void readTensor(ProtoReader fields) throws IOException {
        String name = "";
        List<Long> shape = new ArrayList<>();
        long dataType = 0;
        int from = -1;
        long bytes = 0;
        while (fields.next()) {
            switch (fields.number()) {
                case TENSOR_DIMS -> fields.addNumbers(shape);
                case TENSOR_DATA_TYPE -> dataType = fields.varint();
                case TENSOR_NAME -> name = fields.text();
                case TENSOR_RAW_DATA -> {
                    from = fields.from();
                    bytes = fields.length();
                }
                default -> {}
            }
        }
        long elements = shape.stream().reduce(1L, (a, b) -> a * b);
        boolean half = dataType == FLOAT_16;
        if ((half || dataType == FLOAT) && from >= 0 && bytes == elements * (half ? Short.BYTES : Float.BYTES)) {
            places.put(name, new Place(List.copyOf(shape), half, from));
        }
    }
}
