package dev.weir.models;

import java.util.List;

/**
 * A linear model over hashed words and pairs of words, read one word at a time: no session, no batch, a constant state,
 * and about a microsecond a word, so it is run where the text is.
 *
 * <p>A word is what the tokenizer makes of it before it is cut into pieces, so that what the vocabulary does not know is
 * told apart all the same. With the weights w of the word and of the pair it forms with the word before it,
 *
 * <pre>
 *   S = keep · S + Σ w        N = keep · N + number of w        logit = S / √(N + damping) + bias
 * </pre>
 *
 * <p>Dividing by the root lets a text that says one thing throughout outweigh one that says it once, but not in
 * proportion to its length: the sum of N weights of no meaning grows with √N. {@code keep} forgets, halving what was
 * read {@code halfLifeWords} ago. Weights are whole bytes in the sums and scaled at the end, so with nothing forgotten
 * the sums are exact.
 *
 * <p>Reference: K. Weinberger, A. Dasgupta, J. Langford, A. Smola, J. Attenberg, "Feature hashing for large scale
 * multitask learning", ICML 2009.
 */
public final class NgramExpert implements Expert {
    private final ExpertManifest.Ngram manifest;
    private final NgramWeights weights;
    private final WordPiece tokenizer;
    private final double keep;

    NgramExpert(ExpertManifest.Ngram manifest, NgramWeights weights, WordPiece tokenizer) {
        this.manifest = manifest;
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.keep = StrictMath.pow(0.5, 1 / manifest.halfLifeWords());
    }

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
    public List<String> languages() {
        return manifest.languages();
    }

    @Override
    public boolean reads(Role role) {
        return manifest.reads().contains(role);
    }

    /** What cuts a text into the words it reads. */
    public WordPiece tokenizer() {
        return tokenizer;
    }

    /** The state of a text of which nothing was read. */
    public NgramState newState() {
        return new NgramState(this);
    }

    public ExpertManifest.Ngram manifest() {
        return manifest;
    }

    NgramWeights weights() {
        return weights;
    }

    /** What is left of a sum one word later, in (0, 1]. */
    double keep() {
        return keep;
    }
}
