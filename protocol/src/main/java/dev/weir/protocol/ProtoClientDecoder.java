package dev.weir.protocol;

import org.jspecify.annotations.Nullable;

/** Reads {@code weir.v1+proto}. A usual delta has each field at most once and no number above 2,097,151. */
final class ProtoClientDecoder implements ClientDecoder {

    private static final int DELTA = ProtoInput.tagOf(Messages.CLIENT_TYPES.indexOf("delta") + 1, ProtoInput.BYTES);
    private static final int STREAM = ProtoInput.tagOf(Field.STREAM.number, ProtoInput.BYTES);
    private static final int TEXT = ProtoInput.tagOf(Field.TEXT.number, ProtoInput.BYTES);
    private static final int AT = ProtoInput.tagOf(Field.AT.number, ProtoInput.VARINT);

    private final StreamNames names = new StreamNames();
    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    @Override
    public ClientMessage decode(byte[] message, int length) throws ProtocolException {
        bytes = message;
        at = 0;
        end = length;
        ClientMessage delta = delta();
        return delta != null ? delta : ProtoCodec.decodeClient(message, length);
    }

    /** Null when this is anything but a usual delta without fault. */
    private ClientMessage.@Nullable Utf8Delta delta() {
        if (end == 0 || bytes[at++] != DELTA || length() != end - at) {
            return null;
        }
        String stream = null;
        Utf8Text text = null;
        Integer offset = null;
        while (at < end) {
            int tag = bytes[at++];
            int value = length();
            if (value < 0) {
                return null;
            }
            if (tag == AT) {
                if (offset != null) {
                    return null;
                }
                offset = value;
                continue;
            }
            int from = at;
            at += value;
            if (at > end) {
                return null;
            }
            if (tag == STREAM && stream == null) {
                stream = names.name(bytes, from, at);
                if (stream == null) {
                    return null;
                }
            } else if (tag == TEXT && text == null) {
                text = Utf8Text.of(bytes, from, at);
            } else {
                return null;
            }
        }
        return stream == null
                ? null
                : new ClientMessage.Utf8Delta(stream, text == null ? Utf8Text.EMPTY : text, offset);
    }

    /** A varint of at most three bytes; -1 for any other. */
    private int length() {
        int value = 0;
        for (int shift = 0; shift < 21; shift += 7) {
            if (at == end) {
                return -1;
            }
            byte next = bytes[at++];
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }
}
