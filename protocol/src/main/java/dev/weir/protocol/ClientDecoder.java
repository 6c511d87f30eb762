package dev.weir.protocol;

import java.nio.charset.CharacterCodingException;

/**
 * Reads what the clients of one connection say. Nearly all of it is deltas, so those of the usual form are read straight
 * from their bytes; everything else, and every fault, goes the general way. A test holds that both ways read alike.
 * Not thread-safe.
 */
public sealed interface ClientDecoder permits JsonClientDecoder, ProtoClientDecoder {

    /**
     * Reads the message in the first {@code length} bytes, which stay the caller's.
     *
     * @throws CharacterCodingException when text is not UTF-8: then the frame is at fault and not only its message
     */
    ClientMessage decode(byte[] bytes, int length) throws ProtocolException, CharacterCodingException;
}
