package dev.weir.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Messages as JSON, one object each: the subprotocol {@value #SUBPROTOCOL}. Both ends are here; the server decodes
 * {@link ClientMessage} and encodes {@link ServerMessage}, a client the reverse. Thread-safe and without state.
 *
 * <p>Reading is strict about what a message means and lenient about what it does not know: unknown fields are ignored
 * at every level, a known field must hold the right kind of value, once. {@code null} is an absent field.
 *
 * <p>Half a surrogate pair is legal in JSON as an escape ({@code "\ud83d"}) and survives decoding, because a delta may
 * end inside a pair; written, it becomes an escape again, because UTF-8 has no bytes for it.
 */
public final class JsonCodec {

    /** The name of this encoding in the WebSocket handshake. */
    public static final String SUBPROTOCOL = "weir.v1+json";

    private JsonCodec() {}

    /** Reads what a client sent. */
    public static ClientMessage decodeClient(String json) throws ProtocolException {
        return Messages.client(JsonFields.read(json));
    }

    /** Reads what a client sent, from UTF-8; bytes that are not UTF-8 are {@link ErrorCode#BAD_JSON}. */
    public static ClientMessage decodeClient(byte[] utf8) throws ProtocolException {
        try {
            return decodeClient(text(utf8, utf8.length));
        } catch (CharacterCodingException e) {
            throw new ProtocolException(ErrorCode.BAD_JSON, null, null, "the message is not UTF-8", false);
        }
    }

    /** Reads what the server sent. */
    public static ServerMessage decodeServer(String json) throws ProtocolException {
        return Messages.server(JsonFields.read(json));
    }

    /** Writes what the server says. */
    public static String encode(ServerMessage message) {
        MessageBuffer json = new MessageBuffer();
        encode(message, json);
        return json.decode();
    }

    /** Writes what a client says. */
    public static String encode(ClientMessage message) {
        return written(message).decode();
    }

    /** Writes what the server says in UTF-8, in place of what {@code out} held. */
    public static void encode(ServerMessage message, MessageBuffer out) {
        Messages.write(message, new JsonWriter(out));
    }

    /** Writes what a client says in UTF-8, in place of what {@code out} held. */
    public static void encode(ClientMessage message, MessageBuffer out) {
        Messages.write(message, new JsonWriter(out));
    }

    /** As {@link #encode(ClientMessage)}, in UTF-8. */
    public static byte[] encodeUtf8(ClientMessage message) {
        return written(message).toBytes();
    }

    private static MessageBuffer written(ClientMessage message) {
        MessageBuffer json = new MessageBuffer();
        encode(message, json);
        return json;
    }

    /**
     * Malformed input always decodes to U+FFFD, so a text without one was well formed: one fast pass for nearly all
     * messages, and a second, exact one for those that hold the character.
     */
    static String text(byte[] utf8, int length) throws CharacterCodingException {
        String text = new String(utf8, 0, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8, 0, length));
        }
        return text;
    }
}
