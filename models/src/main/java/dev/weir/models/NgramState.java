package dev.weir.models;

/**
 * What an n-gram expert remembers of one text: the last word, a sum for each category, and how many features are in
 * them. Its votes are those of the last word read. Not thread-safe.
 */
public final class NgramState {
    private final NgramExpert expert;
    private final double[] sums;
    private final byte[] votes;
    private double features;
    private long previousHash = WordHash.NONE;

    NgramState(NgramExpert expert) {
        this.expert = expert;
        int categories = expert.categories().size();
        sums = new double[categories];
        votes = new byte[categories];
        vote();
    }

    private NgramState(NgramState other) {
        expert = other.expert;
        sums = other.sums.clone();
        votes = other.votes.clone();
        features = other.features;
        previousHash = other.previousHash;
    }

    /** One that goes on from here without changing this one. */
    public NgramState copy() {
        return new NgramState(this);
    }

    /** Takes in a token: the word it ends, or nothing where it ends none. */
    public void read(long wordHash) {
        if (wordHash == WordHash.NONE) {
            return;
        }
        NgramWeights weights = expert.weights();
        double keep = expert.keep();
        boolean paired = previousHash != WordHash.NONE;
        int single = weights.row(wordHash);
        int pair = paired ? weights.row(previousHash, wordHash) : single;
        for (int c = 0; c < sums.length; c++) {
            int said = weights.weight(single, c) + (paired ? weights.weight(pair, c) : 0);
            sums[c] = keep * sums[c] + said;
        }
        features = keep * features + (paired ? 2 : 1);
        previousHash = wordHash;
        vote();
    }

    /** The {@link Vote} on category {@code category} in the expert's order. */
    public byte vote(int category) {
        return votes[category];
    }

    /** Writes all votes to the start of {@code target}, in the expert's order. */
    public void copyVotes(byte[] target) {
        System.arraycopy(votes, 0, target, 0, votes.length);
    }

    /** The raw output, before calibration. */
    double logit(int category) {
        ExpertManifest.Ngram manifest = expert.manifest();
        return manifest.weightScale().get(category) * sums[category] / Math.sqrt(features + manifest.damping())
                + manifest.bias().get(category);
    }

    private void vote() {
        for (int c = 0; c < votes.length; c++) {
            votes[c] = expert.manifest().calibration().get(c).vote(logit(c));
        }
    }
}
