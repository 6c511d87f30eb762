package dev.weir.bench;

import java.util.List;

/** What single experts would have lost, chosen when everything was known. */
record Hindsight(double bestFixed, double bestTwoSegments) {

    /** @param texts in their order, at least one */
    static Hindsight of(List<Labelled> texts) {
        int experts = texts.getFirst().votes().size();
        double[][] until = new double[experts][texts.size() + 1]; // losses of the first so many
        for (int k = 0; k < experts; k++) {
            for (int i = 0; i < texts.size(); i++) {
                until[k][i + 1] = until[k][i] + texts.get(i).loss(k);
            }
        }
        double fixed = Double.POSITIVE_INFINITY;
        double segments = Double.POSITIVE_INFINITY;
        for (int change = 0; change <= texts.size(); change++) {
            double before = Double.POSITIVE_INFINITY;
            double after = Double.POSITIVE_INFINITY;
            for (double[] losses : until) {
                before = Math.min(before, losses[change]);
                after = Math.min(after, losses[texts.size()] - losses[change]);
            }
            segments = Math.min(segments, before + after);
            fixed = change == 0 ? after : fixed;
        }
        return new Hindsight(fixed, segments);
    }
}
