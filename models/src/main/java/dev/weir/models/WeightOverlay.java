package dev.weir.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Weights that take the place of some of a base model's: a file of the safetensors format [1] with one tensor of F16 or
 * F32 for each weight that is replaced, by the name it has in the model.
 *
 * <p>They are written into the bytes of the model before a session is made of it. ONNX Runtime has a way to hand weights
 * to a session ({@code SessionOptions.addInitializer}), but it takes a name that the model does not have without a
 * word, folds constants from the weights of the file, and wants the native memory kept for as long as the session. With
 * the bytes changed, every optimisation sees the new weights, and nothing has to outlive anything.
 *
 * <p>[1] 8 bytes little-endian, the length of a JSON header; the header, tensor by name with its dtype, shape and place;
 * the numbers, little-endian. https://huggingface.co/docs/safetensors
 */
final class WeightOverlay {
    private static final int MOST_HEADER_BYTES = 1 << 24;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final byte[] model;
    private final ByteBuffer file;
    private final BiConsumer<String, String> problems;

    private WeightOverlay(byte[] model, byte[] file, BiConsumer<String, String> problems) {
        this.model = model;
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.problems = problems;
    }

    /**
     * Writes the tensors of {@code file} over the weights of the model.
     *
     * @param model changed in place; worth nothing if there was a problem
     * @param problems is given what was found and what was expected
     * @throws IOException if the model is none
     */
    static void apply(byte[] model, byte[] file, BiConsumer<String, String> problems) throws IOException {
        Map<String, OnnxInitializers.Place> places = OnnxInitializers.of(model);
        new WeightOverlay(model, file, problems).apply(places);
    }

    private void apply(Map<String, OnnxInitializers.Place> places) {
        long headerBytes = file.capacity() < Long.BYTES ? -1 : file.getLong(0);
        if (headerBytes < 0 || headerBytes > Math.min(MOST_HEADER_BYTES, file.capacity() - Long.BYTES)) {
            problems.accept("of " + file.capacity() + " bytes", "safetensors, with a header that is all there");
            return;
        }
        JsonNode header;
        try {
            header = JSON.readTree(new String(file.array(), Long.BYTES, (int) headerBytes, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            problems.accept("with a header that is no JSON", "safetensors");
            return;
        }
        if (!header.isObject()) {
            problems.accept("with a header that is no JSON object", "safetensors");
            return;
        }
        int dataFrom = Long.BYTES + (int) headerBytes;
        header.properties().forEach(tensor -> {
            if (!tensor.getKey().equals("__metadata__")) {
                write(tensor.getKey(), tensor.getValue(), dataFrom, places.get(tensor.getKey()));
            }
        });
    }

    private void write(String name, JsonNode tensor, int dataFrom, OnnxInitializers.@Nullable Place place) {
        String says = "tensor \"" + name + "\"";
        String dtype = tensor.path("dtype").asText();
        List<Long> shape = new ArrayList<>();
        tensor.path("shape").forEach(dimension -> shape.add(dimension.asLong(-1)));
        if (place == null || place.half()) {
            problems.accept(says, "the name of a float weight of the model");
            return;
        }
        if (!dtype.equals("F16") && !dtype.equals("F32")) {
            problems.accept(says + " " + (dtype.isEmpty() ? "without a dtype" : dtype), "F16 or F32");
            return;
        }
        if (!shape.equals(place.shape())) {
            problems.accept(says + " " + shape, place.shape() + ", from its model");
            return;
        }
        boolean half = dtype.equals("F16");
        long elements = shape.stream().reduce(1L, (a, b) -> a * b);
        long bytes = elements * (half ? Short.BYTES : Float.BYTES);
        long from = tensor.path("data_offsets").path(0).asLong(-1);
        long to = tensor.path("data_offsets").path(1).asLong(-1);
        if (from < 0 || to - from != bytes || to > file.capacity() - dataFrom) {
            problems.accept(
                    says + " at bytes " + from + " to " + to + " of " + (file.capacity() - dataFrom),
                    bytes + " bytes inside the file");
            return;
        }
        copy(dataFrom + (int) from, half, place.from(), (int) elements);
    }

    private void copy(int from, boolean half, int to, int elements) {
        ByteBuffer weights = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            float weight = half
                    ? Float.float16ToFloat(file.getShort(from + i * Short.BYTES))
                    : file.getFloat(from + i * Float.BYTES);
            weights.putFloat(to + i * Float.BYTES, weight);
        }
    }
}
