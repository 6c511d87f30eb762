package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Holds what is written here to what Jackson would write, character by character. */
class JsonWriterTest {

    @Property(tries = 2_000)
    void writesNumbersWithJacksonsDigits(
            @ForAll @IntRange(max = Integer.MAX_VALUE) int through, @ForAll @DoubleRange(max = 1) double risk)
            throws IOException {
        assertThat(JsonCodec.encode(new ServerMessage.Released("s", through, risk)))
                .isEqualTo(jackson(out -> {
                    out.writeStringField("type", "released");
                    out.writeStringField("stream", "s");
                    out.writeNumberField("through", through);
                    out.writeNumberField("risk", risk);
                }));
    }

    @Property(tries = 2_000)
    void writesTextWithJacksonsEscapes(@ForAll("texts") String text) throws IOException {
        assertThat(JsonCodec.encode(new ClientMessage.Delta("s", text))).isEqualTo(jackson(out -> {
            out.writeStringField("type", "delta");
            out.writeStringField("stream", "s");
            out.writeStringField("text", text);
        }));
    }

    @Property(tries = 500)
    void writesWhatJacksonReadsAndWritesAgain(@ForAll("messages") ServerMessage message) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        String json = JsonCodec.encode(message);
        JsonNode tree = mapper.readTree(json);
        assertThat(mapper.writeValueAsString(tree)).isEqualTo(json);
    }

    @Provide
    Arbitrary<String> texts() {
        return Samples.wellFormedTexts();
    }

    @Provide
    Arbitrary<ServerMessage> messages() {
        return Samples.wellFormedServerMessages();
    }

    private interface Fields {
        void writeTo(JsonGenerator out) throws IOException;
    }

    private static String jackson(Fields fields) throws IOException {
        StringWriter json = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(json)) {
            out.writeStartObject();
            fields.writeTo(out);
            out.writeEndObject();
        }
        return json.toString();
    }
}
