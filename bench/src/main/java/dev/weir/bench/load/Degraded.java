package dev.weir.bench.load;

/** How many streams, or tokens, were scored coarsely, without an expert, or without one that their policy requires. */
public record Degraded(long coarse, long asleep, long unscored) {

    static final Degraded NONE = new Degraded(0, 0, 0);

    Degraded plus(Shortfall one) {
        return new Degraded(
                coarse + (one.coarse() ? 1 : 0), asleep + (one.asleep() ? 1 : 0), unscored + (one.unscored() ? 1 : 0));
    }
}
