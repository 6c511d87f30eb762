package dev.weir.models;

import java.util.List;

/** Curated phrases and structured secrets; needs no session, a cursor over the text is all. */
public record LexiconExpert(ExpertManifest.LexiconRules manifest, Lexicon lexicon) implements Expert {
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
}
