package dev.weir.engine.stream;

import java.util.List;

/**
 * What a text's decisions lack, for whoever is told of them.
 *
 * @param coarse some positions were left to a later window that covers them
 * @param missing experts the policy requires that did not vote on part of the text
 * @param asleep these and the experts that overload kept from part of it
 */
record Gaps(boolean coarse, List<String> missing, List<String> asleep) {

    static final Gaps NONE = new Gaps(false, List.of(), List.of());

    boolean isUnscored() {
        return !missing.isEmpty();
    }
}
