package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.weir.v1.WeirProto;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Holds the codec to {@code weir.proto} by means of the classes that {@code protoc} makes of it. */
class ProtoCodecTest {

    @Property(tries = 500)
    void readsEveryServerMessageThatProtobufWrites(@ForAll("serverMessages") ServerMessage message) throws Exception {
        byte[] written = encoded(message);
        byte[] theirs = WeirProto.ServerMessage.parseFrom(written).toByteArray();
        assertThat(ProtoCodec.decodeServer(theirs)).isEqualTo(message);
        assertThat(written).hasSameSizeAs(theirs);
    }

    @Property(tries = 500)
    void readsEveryClientMessageThatProtobufWrites(@ForAll("clientMessages") ClientMessage message) throws Exception {
        byte[] theirs =
                WeirProto.ClientMessage.parseFrom(ProtoCodec.encode(message)).toByteArray();
        ClientMessage expected = message instanceof ClientMessage.Delta delta
                ? new ClientMessage.Utf8Delta(delta.stream(), Utf8Text.of(delta.text()), delta.at())
                : message;
        assertThat(ProtoCodec.decodeClient(theirs, theirs.length)).isEqualTo(expected);
    }

    @Property(tries = 500)
    void writesNothingThatProtobufDoesNotKnow(@ForAll("serverMessages") ServerMessage message) throws Exception {
        WeirProto.ServerMessage theirs = WeirProto.ServerMessage.parseFrom(encoded(message));
        assertThat(theirs.getUnknownFields()).isEqualTo(UnknownFieldSet.getDefaultInstance());
        Message inside = (Message) theirs.getField(theirs.getOneofFieldDescriptor(
                WeirProto.ServerMessage.getDescriptor().getOneofs().getFirst()));
        assertThat(inside.getUnknownFields()).isEqualTo(UnknownFieldSet.getDefaultInstance());
    }

    @Test
    void givesAFieldTheSameNumberInEveryMessage() {
        assertThat(WeirProto.getDescriptor().getMessageTypes())
                .filteredOn(type -> !type.getName().startsWith("Prompt")
                        && type.getOneofs().stream()
                                .noneMatch(group -> group.getName().equals("message")))
                .flatMap(type -> type.getFields())
                .allSatisfy((FieldDescriptor field) -> {
                    Field known = Field.named(field.getJsonName());
                    assertThat(known).as(field.getFullName()).isNotNull();
                    assertThat(known.number).as(field.getFullName()).isEqualTo(field.getNumber());
                });
    }

    @Test
    void numbersTheMessagesOfTheEnvelopesInTheirOrder() {
        assertThat(WeirProto.ClientMessage.getDescriptor().getFields())
                .extracting(FieldDescriptor::getName)
                .isEqualTo(Messages.CLIENT_TYPES);
        assertThat(WeirProto.ServerMessage.getDescriptor().getFields())
                .extracting(FieldDescriptor::getName)
                .isEqualTo(Messages.SERVER_TYPES);
    }

    @Test
    void takesTextThatIsNotThereForEmpty() throws Exception {
        assertThat(decode(delta(WeirProto.Delta.newBuilder().setStream("s"))))
                .isEqualTo(new ClientMessage.Utf8Delta("s", Utf8Text.EMPTY, null));
    }

    @Test
    void tellsAnOffsetOfZeroFromNone() throws Exception {
        assertThat(decode(delta(WeirProto.Delta.newBuilder().setStream("s").setAt(0))))
                .isEqualTo(new ClientMessage.Utf8Delta("s", Utf8Text.EMPTY, 0));
    }

    @Test
    void ignoresFieldsAndGroupsItDoesNotKnow() throws Exception {
        UnknownFieldSet news = UnknownFieldSet.newBuilder()
                .addField(
                        1_000,
                        UnknownFieldSet.Field.newBuilder()
                                .addVarint(-1)
                                .addFixed32(7)
                                .addFixed64(8)
                                .addLengthDelimited(ByteString.copyFromUtf8("new"))
                                .addGroup(UnknownFieldSet.getDefaultInstance())
                                .build())
                .build();
        byte[] flush = WeirProto.ClientMessage.newBuilder()
                .setFlush(WeirProto.Flush.newBuilder().setStream("s").setUnknownFields(news))
                .setUnknownFields(news)
                .build()
                .toByteArray();
        assertThat(decode(flush)).isEqualTo(new ClientMessage.Flush("s"));
    }

    @Test
    void refusesATypeItDoesNotKnow() {
        byte[] shout = UnknownFieldSet.newBuilder()
                .addField(
                        99,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.EMPTY)
                                .build())
                .build()
                .toByteArray();
        assertThat(refused(shout).code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
    }

    @Test
    void refusesAnEmptyEnvelope() {
        assertThat(refused(new byte[0]))
                .hasMessage("type: nothing (expected: open, delta, flush, end, cancel or feedback)");
    }

    @Test
    void endsTheStreamOfADeltaThatBreaksOff() {
        byte[] whole = delta(WeirProto.Delta.newBuilder().setStream("s").setText(ByteString.copyFromUtf8("text")));
        byte[] cut = Arrays.copyOf(whole, whole.length - 2);
        cut[1] -= 2; // the envelope ends where the bytes do, the text inside it does not
        ProtocolException fault = refused(cut);
        assertThat(fault.code()).isEqualTo(ErrorCode.BAD_MESSAGE);
        assertThat(fault).hasMessage("the message is not protobuf");
        assertThat(fault.stream()).isEqualTo("s");
        assertThat(fault.isFinal()).isTrue();
    }

    @Test
    void refusesTwoMessagesInOneEnvelope() {
        byte[] one = delta(WeirProto.Delta.newBuilder().setStream("a"));
        byte[] two = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, two, one.length, one.length);
        ProtocolException fault = refused(two);
        assertThat(fault).hasMessage("type: the field twice (expected: once)");
        assertThat(fault.stream()).isNull();
    }

    @Test
    void namesTheFieldOfTheWrongWireType() {
        byte[] textAsNumber = {0x12, 5, 0x0A, 1, 's', 0x10, 5};
        ProtocolException fault = refused(textAsNumber);
        assertThat(fault).hasMessage("text: an integer (expected: a string)");
        assertThat(fault.isFinal()).isTrue();
    }

    @Test
    void refusesAnOffsetBeyondWhatJsonCanSay() {
        assertThat(refused(delta(WeirProto.Delta.newBuilder().setStream("s").setAt(-1))))
                .hasMessage("at: an integer out of range (expected: an integer from 0 to 2147483647)");
    }

    @Test
    void refusesAPromptThatIsNotUtf8WithoutRepeatingIt() {
        byte[] bad = "SECRET \u00e9".getBytes(StandardCharsets.ISO_8859_1);
        byte[] role = {0x0A, 1, 'u'};
        byte[] open = new byte[2 + 3 + 3 + role.length + 2 + bad.length];
        int length = role.length + 2 + bad.length;
        byte[] head = {0x0A, (byte) (open.length - 2), 0x0A, 1, 's', (byte) 0x92, 1, (byte) length, 0x0A, 1, 'u', 0x12};
        System.arraycopy(head, 0, open, 0, head.length);
        open[head.length] = (byte) bad.length;
        System.arraycopy(bad, 0, open, head.length + 1, bad.length);
        assertThat(refused(open)).hasMessage("messages[0].content: bytes that are not UTF-8 (expected: a string)");
    }

    private static byte[] delta(WeirProto.Delta.Builder delta) {
        return WeirProto.ClientMessage.newBuilder().setDelta(delta).build().toByteArray();
    }

    private static ClientMessage decode(byte[] bytes) throws ProtocolException {
        return ProtoCodec.decodeClient(bytes, bytes.length);
    }

    private static ProtocolException refused(byte[] bytes) {
        return catchThrowableOfType(ProtocolException.class, () -> decode(bytes));
    }

    private static byte[] encoded(ServerMessage message) {
        MessageBuffer out = new MessageBuffer();
        ProtoCodec.encode(message, out);
        return out.toBytes();
    }

    @Provide
    Arbitrary<ServerMessage> serverMessages() {
        return Samples.wellFormedServerMessages();
    }

    @Provide
    Arbitrary<ClientMessage> clientMessages() {
        return Samples.wellFormedClientMessages();
    }
}
