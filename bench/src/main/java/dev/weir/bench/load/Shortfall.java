package dev.weir.bench.load;

import dev.weir.protocol.ServerMessage;

/**
 * In which ways text got less than its policy wants.
 *
 * @param coarse positions were scored by a later window only
 * @param asleep an expert did not look
 * @param unscored an expert that the policy requires did not look
 */
record Shortfall(boolean coarse, boolean asleep, boolean unscored) {

    static final Shortfall NONE = new Shortfall(false, false, false);
    static final Shortfall UNSCORED = new Shortfall(false, false, true);

    static Shortfall of(ServerMessage.Released released) {
        return new Shortfall(released.coarse(), !released.asleep().isEmpty(), released.unscored());
    }

    static Shortfall of(ServerMessage.Ended ended) {
        return new Shortfall(ended.coarse(), !ended.asleep().isEmpty(), ended.unscored());
    }

    Shortfall or(Shortfall other) {
        return new Shortfall(coarse || other.coarse, asleep || other.asleep, unscored || other.unscored);
    }
}
