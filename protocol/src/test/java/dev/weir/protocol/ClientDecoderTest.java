package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Deltas are read on a shorter way than everything else: nobody may be able to tell. */
class ClientDecoderTest {

    private static final List<String> KEYS =
            List.of("\"type\"", "\"stream\"", "\"text\"", "\"at\"", "\"t\\u0065xt\"", "\"extra\"", "\"texts\"");
    private static final List<String> VALUES = List.of(
            "\"delta\"",
            "\"flush\"",
            "\"s\"",
            "\"g-17\"",
            "\"\"",
            "\"é\"",
            "\"a\\nb\"",
            "\"\\ud83d\"",
            "\"\\ude00 \\uD83D\\uDE00 😀\"",
            "\"\\\"\\\\\\/\\b\\f\\r\\t\"",
            "\"\uFFFD\"",
            "\"\\u00zz\"",
            "\"\\q\"",
            "\"a\u0001\"",
            "\"open",
            "0",
            "7",
            "007",
            "-1",
            "1.0",
            "1e2",
            "2147483647",
            "2147483648",
            "99999999999",
            "null",
            "true",
            "[1]",
            "{\"type\":\"delta\"}");

    /** One reader for all tries: what it remembers of a message must not show in the next. */
    private final ClientDecoder json = Subprotocol.JSON.newDecoder();

    private final ClientDecoder proto = Subprotocol.PROTO.newDecoder();

    @Property(tries = 3_000)
    void readsAnyFieldsAsTheGeneralWayDoes(@ForAll("objects") String object) {
        assertReadsAlike(object.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 1_000)
    void readsEveryMessageAsTheGeneralWayDoes(@ForAll("messages") ClientMessage message) {
        assertReadsAlike(JsonCodec.encodeUtf8(message));
        assertReadsProtoAlike(ProtoCodec.encode(message));
    }

    @Property(tries = 3_000)
    void readsAnythingElseAsTheGeneralWayDoes(@ForAll("deltas") ClientMessage delta, @ForAll long seed) {
        assertReadsAlike(mutated(JsonCodec.encodeUtf8(delta), new Random(seed)));
        assertReadsProtoAlike(mutated(ProtoCodec.encode(delta), new Random(seed)));
    }

    /** 20,000 inputs of each form: every kind of message, fifty times changed. {@code -Dweir.fuzz=10} takes ten times that. */
    @Property(tries = 400)
    void readsWhateverBecameOfAMessageOrNamesItsFault(@ForAll("messages") ClientMessage message, @ForAll long seed) {
        byte[] asJson = JsonCodec.encodeUtf8(message);
        byte[] asProto = ProtoCodec.encode(message);
        Random random = new Random(seed);
        for (int i = 50 * Integer.getInteger("weir.fuzz", 1); i > 0; i--) {
            assertReadsAlike(mutated(asJson, random));
            assertReadsProtoAlike(mutated(asProto, random));
        }
    }

    @Test
    void takesTheShorterWayForAnOrdinaryDelta() throws Exception {
        byte[] delta = "{\"type\":\"delta\",\"stream\":\"g-17\",\"text\":\" said \\\"hi\\\"\",\"at\":142}"
                .getBytes(StandardCharsets.UTF_8);
        ClientMessage.Delta first = (ClientMessage.Delta) json.decode(delta, delta.length);
        ClientMessage.Delta second = (ClientMessage.Delta) json.decode(delta, delta.length);
        assertThat(first).isEqualTo(new ClientMessage.Delta("g-17", " said \"hi\"", 142));
        assertThat(first.stream()).isSameAs(second.stream());
    }

    @Test
    void remembersTheNameOfAProtobufDelta() throws Exception {
        byte[] delta = ProtoCodec.encode(new ClientMessage.Delta("g-17", " next", 142));
        ClientMessage.Utf8Delta first = (ClientMessage.Utf8Delta) proto.decode(delta, delta.length);
        ClientMessage.Utf8Delta second = (ClientMessage.Utf8Delta) proto.decode(delta, delta.length);
        assertThat(first).isEqualTo(new ClientMessage.Utf8Delta("g-17", Utf8Text.of(" next"), 142));
        assertThat(first.stream()).isSameAs(second.stream());
    }

    @Test
    void readsOnlyTheBytesItWasGiven() throws Exception {
        byte[] delta = JsonCodec.encodeUtf8(new ClientMessage.Delta("s", "text"));
        byte[] longer = Arrays.copyOf(delta, delta.length + 10);
        longer[delta.length] = '}';
        assertThat(json.decode(longer, delta.length)).isEqualTo(new ClientMessage.Delta("s", "text"));
    }

    private void assertReadsAlike(byte[] message) {
        assertThat(outcome(() -> json.decode(message, message.length)))
                .as(() -> new String(message, StandardCharsets.UTF_8))
                .isEqualTo(outcome(() -> JsonCodec.decodeClient(JsonCodec.text(message, message.length))));
    }

    private void assertReadsProtoAlike(byte[] message) {
        assertThat(outcome(() -> proto.decode(message, message.length)))
                .as(() -> Arrays.toString(message))
                .isEqualTo(outcome(() -> ProtoCodec.decodeClient(message, message.length)));
    }

    private interface Reading {
        ClientMessage message() throws ProtocolException, CharacterCodingException;
    }

    /** The message, or everything that can be told of the fault. */
    private static Object outcome(Reading reading) {
        try {
            return reading.message();
        } catch (ProtocolException e) {
            return e.toMessage();
        } catch (CharacterCodingException e) {
            return "not UTF-8";
        }
    }

    /** One to three bytes changed, added, taken out or swapped for a chunk from elsewhere in the message. */
    private static byte[] mutated(byte[] message, Random random) {
        byte[] bytes = message;
        for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, at + random.nextInt(4));
            int from = random.nextInt(bytes.length);
            byte[] put = switch (random.nextInt(4)) {
                case 0 -> new byte[] {(byte) random.nextInt(256)};
                case 1 -> new byte[] {(byte) "{}\":,\\ 019u\n".charAt(random.nextInt(12))};
                case 2 -> Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(12)));
                default -> new byte[0];
            };
            byte[] changed = new byte[at + put.length + bytes.length - to];
            System.arraycopy(bytes, 0, changed, 0, at);
            System.arraycopy(put, 0, changed, at, put.length);
            System.arraycopy(bytes, to, changed, at + put.length, bytes.length - to);
            bytes = changed;
        }
        return bytes;
    }

    @Provide
    Arbitrary<ClientMessage> messages() {
        return Samples.clientMessages();
    }

    @Provide
    Arbitrary<ClientMessage> deltas() {
        return Samples.deltas();
    }

    /** Objects of mostly known fields with any values, usual ones first, spaces wherever JSON takes them. */
    @Provide
    Arbitrary<String> objects() {
        Arbitrary<String> spaces = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(6, Arbitraries.just("")),
                net.jqwik.api.Tuple.of(1, Arbitraries.of(" ", "\n", "\t\r", "\u00a0")));
        Arbitrary<String> usual = Combinators.combine(
                        spaces, Arbitraries.of(VALUES.subList(4, 11)), Arbitraries.of(VALUES.subList(15, 25)), spaces)
                .as((before, text, at, after) -> "\"type\":" + before + "\"delta\"," + before + "\"stream\"" + after
                        + ":\"s\",\"text\":" + text + after + ",\"at\":" + at);
        Arbitrary<String> field = Combinators.combine(spaces, Arbitraries.of(KEYS), Arbitraries.of(VALUES))
                .as((space, key, value) -> space + key + space + ":" + value + space);
        Arbitrary<String> fields = field.list().ofMaxSize(2).map(list -> String.join(",", list));
        return Combinators.combine(Arbitraries.of(true, false), usual, fields, spaces)
                .as((isUsual, first, others, space) ->
                        space + "{" + (isUsual ? first + (others.isEmpty() ? "" : ",") : "") + others + "}" + space);
    }
}
