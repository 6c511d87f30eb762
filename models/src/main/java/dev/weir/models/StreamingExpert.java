package dev.weir.models;

import java.nio.file.Path;
import java.util.List;

/** A model with explicit recurrent state that sees every token once; run it with {@link StreamingSession}. */
public record StreamingExpert(ExpertManifest.Streaming manifest, Path folder, WordPiece tokenizer)
        implements BatchedExpert {
    @Override
    public String name() {
        return manifest.name();
    }

    @Override
    public String version() {
        return manifest.version();
    }

    @Override
    public List<Category> categories() {
        return manifest.categories();
    }

    @Override
    public boolean reads(Role role) {
        return true;
    }

    @Override
    public List<String> languages() {
        return manifest.languages();
    }

    /** The token fed before the first of the text. */
    public int startToken(Role role) {
        return switch (role) {
            case PROMPT -> manifest.promptStart();
            case REPLY -> manifest.replyStart();
        };
    }

    @Override
    public int maxBatch() {
        return manifest.maxBatch();
    }

    /** Most new tokens of one row. */
    public int maxTokens() {
        return manifest.maxTokens();
    }

    /** The same expert, with ONNX Runtime to run it even where its manifest names a kernel. */
    public StreamingExpert withoutKernel() {
        return new StreamingExpert(manifest.withKernel(null), folder, tokenizer);
    }
}
