package dev.weir.protocol;

/**
 * Messages as protobuf, one envelope of {@code weir.proto} each: the subprotocol {@value #SUBPROTOCOL}. Both ends are
 * here, as in {@link JsonCodec}, and what is refused is refused in the same words. Thread-safe and without state.
 *
 * <p>Reading takes unknown fields as protobuf does, and a field that is not there as zero or nothing; stricter than
 * protobuf asks, it refuses a field of one value that comes twice. A client's delta is read as
 * {@link ClientMessage.Utf8Delta}.
 *
 * <p>Written by hand rather than generated: the classes that {@code protoc} makes would be copied into the records here
 * for every message, and a client would carry protobuf's library for them. A test holds both to the same bytes.
 */
public final class ProtoCodec {

    /** The name of this encoding in the WebSocket handshake. */
    public static final String SUBPROTOCOL = "weir.v1+proto";

    private ProtoCodec() {}

    /** Reads what a client sent, from the first {@code length} bytes. */
    public static ClientMessage decodeClient(byte[] bytes, int length) throws ProtocolException {
        return Messages.client(ProtoFields.read(bytes, length, Messages.CLIENT_TYPES));
    }

    /** Reads what the server sent. */
    public static ServerMessage decodeServer(byte[] bytes) throws ProtocolException {
        return Messages.server(ProtoFields.read(bytes, bytes.length, Messages.SERVER_TYPES));
    }

    /** Writes what the server says, in place of what {@code out} held. */
    public static void encode(ServerMessage message, MessageBuffer out) {
        Messages.write(message, new ProtoWriter(out, Messages.SERVER_TYPES));
    }

    /** Writes what a client says; half a surrogate pair in a {@link ClientMessage.Delta} becomes U+FFFD. */
    public static byte[] encode(ClientMessage message) {
        MessageBuffer out = new MessageBuffer();
        encode(message, out);
        return out.toBytes();
    }

    /** The same, in place of what {@code out} held. */
    public static void encode(ClientMessage message, MessageBuffer out) {
        Messages.write(message, new ProtoWriter(out, Messages.CLIENT_TYPES));
    }
}
