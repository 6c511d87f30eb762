package dev.weir.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes files of the safetensors format. */
final class SafeTensors {
    private final ObjectNode header = new ObjectMapper().createObjectNode();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    SafeTensors floats(String name, List<Integer> shape, float... values) {
        ByteBuffer bytes = buffer(values.length * Float.BYTES);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return add(name, "F32", shape, bytes.array());
    }

    SafeTensors halves(String name, List<Integer> shape, float... values) {
        ByteBuffer bytes = buffer(values.length * Short.BYTES);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        return add(name, "F16", shape, bytes.array());
    }

    SafeTensors add(String name, String dtype, List<Integer> shape, byte[] bytes) {
        ObjectNode tensor = header.putObject(name).put("dtype", dtype);
        shape.forEach(tensor.putArray("shape")::add);
        tensor.putArray("data_offsets").add(data.size()).add(data.size() + bytes.length);
        data.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        return buffer(Long.BYTES + json.length + data.size())
                .putLong(json.length)
                .put(json)
                .put(data.toByteArray())
                .array();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
