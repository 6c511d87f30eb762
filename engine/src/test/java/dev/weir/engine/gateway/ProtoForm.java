package dev.weir.engine.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.ProtoCodec;
import dev.weir.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Messages given as JSON, in protobuf; a faulty one keeps its fault. */
final class ProtoForm {

    private static final List<String> TYPES = List.of("open", "delta", "flush", "end", "cancel", "feedback");
    private static final int UNKNOWN = 99;
    private static final Map<String, Integer> NUMBERS =
            Map.of("stream", 1, "text", 2, "at", 3, "length", 12, "mode", 14);

    private ProtoForm() {}

    static byte[] of(String json) throws IOException {
        try {
            return ProtoCodec.encode(JsonCodec.decodeClient(json));
        } catch (ProtocolException faulty) {
            return ofFaulty(json);
        }
    }

    static String toJson(byte[] proto) throws IOException {
        try {
            return JsonCodec.encode(ProtoCodec.decodeServer(proto));
        } catch (ProtocolException e) {
            throw new IOException("the server wrote what no client can read", e);
        }
    }

    /** Strings and integers in the fields of the same name; what is not JSON becomes what is not protobuf. */
    private static byte[] ofFaulty(String json) throws IOException {
        JsonNode message;
        try {
            message = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            return new byte[] {0x12, 100, 0x0A};
        }
        ByteArrayOutputStream inside = new ByteArrayOutputStream();
        for (var field : message.properties()) {
            int number = NUMBERS.getOrDefault(field.getKey(), UNKNOWN);
            if (field.getValue().isInt()) {
                varint(inside, number << 3);
                varint(inside, field.getValue().intValue());
            } else {
                varint(inside, number << 3 | 2);
                byte[] text = field.getValue().asText().getBytes(StandardCharsets.UTF_8);
                varint(inside, text.length);
                inside.write(text);
            }
        }
        int type = TYPES.indexOf(message.path("type").asText()) + 1;
        ByteArrayOutputStream envelope = new ByteArrayOutputStream();
        varint(envelope, (type == 0 ? UNKNOWN : type) << 3 | 2);
        varint(envelope, inside.size());
        envelope.write(inside.toByteArray());
        return envelope.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest > 0x7F; rest >>>= 7) {
            out.write((rest & 0x7F) | 0x80);
        }
        out.write(rest);
    }
}
