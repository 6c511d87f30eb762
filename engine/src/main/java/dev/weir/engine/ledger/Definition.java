package dev.weir.engine.ledger;

/**
 * What a version that decisions name stood for, so that they can be taken again from the ledger alone.
 *
 * @param kind {@link #POLICY}, {@link #WEIGHTS} or {@link #SWITCH}
 * @param id as stream records name it: {@code default@1}, or the number of the weights
 * @param json one JSON value
 */
public record Definition(String kind, String id, String json) {

    public static final String POLICY = "policy";
    public static final String WEIGHTS = "weights";

    /** What an operator switched on or off, the latest counts. */
    public static final String SWITCH = "switch";
}
