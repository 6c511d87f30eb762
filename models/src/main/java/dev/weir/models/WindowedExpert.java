package dev.weir.models;

import java.nio.file.Path;
import java.util.List;

/** An encoder over the last tokens of a text; run it with {@link WindowedSession}. */
public record WindowedExpert(ExpertManifest.Windowed manifest, Path folder, WordPiece tokenizer)
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
        return role == Role.REPLY;
    }

    @Override
    public List<String> languages() {
        return manifest.languages();
    }

    /** Most ids of one row, {@link #clsToken()} and {@link #sepToken()} included. */
    public int windowTokens() {
        return manifest.windowTokens();
    }

    public int strideTokens() {
        return manifest.strideTokens();
    }

    /** Ids of the prompt's end that a reply is read after in a row of its own; 0 where the expert reads no prompt. */
    public int promptTokens() {
        return manifest.promptTokens();
    }

    public int clsToken() {
        return manifest.clsToken();
    }

    public int sepToken() {
        return manifest.sepToken();
    }

    @Override
    public int maxBatch() {
        return manifest.maxBatch();
    }
}
