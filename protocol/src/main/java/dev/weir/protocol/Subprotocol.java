package dev.weir.protocol;

import java.util.Optional;

/** How messages travel over one connection, agreed on in the WebSocket handshake. */
public enum Subprotocol {
    /** Text frames; what a client speaks that names none. */
    JSON(JsonCodec.SUBPROTOCOL),
    /** Binary frames. */
    PROTO(ProtoCodec.SUBPROTOCOL);

    private final String wireName;

    Subprotocol(String wireName) {
        this.wireName = wireName;
    }

    /** As the handshake names it. */
    public String wireName() {
        return wireName;
    }

    /** The constant with this name; empty for one this protocol does not know. Case matters. */
    public static Optional<Subprotocol> named(String wireName) {
        for (Subprotocol subprotocol : values()) {
            if (subprotocol.wireName.equals(wireName)) {
                return Optional.of(subprotocol);
            }
        }
        return Optional.empty();
    }

    /** For one connection of a server. */
    public ClientDecoder newDecoder() {
        return switch (this) {
            case JSON -> new JsonClientDecoder();
            case PROTO -> new ProtoClientDecoder();
        };
    }

    /** Writes what the server says, in place of what {@code out} held. */
    public void encode(ServerMessage message, MessageBuffer out) {
        switch (this) {
            case JSON -> JsonCodec.encode(message, out);
            case PROTO -> ProtoCodec.encode(message, out);
        }
    }

    /** Writes what a client says, in place of what {@code out} held. */
    public void encode(ClientMessage message, MessageBuffer out) {
        switch (this) {
            case JSON -> JsonCodec.encode(message, out);
            case PROTO -> ProtoCodec.encode(message, out);
        }
    }
}
