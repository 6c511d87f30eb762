package dev.weir.models;

/** Takes tokens as they settle, in text order. */
public interface TokenSink {
    /**
     * One token.
     *
     * @param id in the vocabulary
     * @param start first raw code point of the token
     * @param end one past its last
     * @param wordHash the {@link WordHash} of the word that ends with this token, {@link WordHash#NONE} where it goes on
     */
    void token(int id, int start, int end, long wordHash);
}
