package dev.weir.models;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Hugging Face's own tokenizer for the encoder's vocabulary, without its truncation and padding. */
final class ReferenceTokenizer {
    private static final HuggingFaceTokenizer TOKENIZER = open();

    private ReferenceTokenizer() {}

    private static HuggingFaceTokenizer open() {
        System.setProperty("ai.djl.offline", "true");
        try (InputStream json = ReferenceTokenizer.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
            return HuggingFaceTokenizer.newInstance(
                    json, Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "false"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static List<Integer> ids(String text) {
        List<Integer> ids = new ArrayList<>();
        for (long id : TOKENIZER.encode(text).getIds()) {
            ids.add((int) id);
        }
        return ids;
    }
}
