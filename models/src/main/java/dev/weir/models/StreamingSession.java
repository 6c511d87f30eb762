package dev.weir.models;

import java.util.List;

public final class StreamingSession implements AutoCloseable {
    private final StateArena states;

    private StreamingSession(StreamingExpert expert, int slots) {
        states = new StateArena(slots, expert.manifest().stateFloats());
    }

    public static StreamingSession open(StreamingExpert expert, Device device, int slots) throws ExpertLoadException {
        return new StreamingSession(expert, slots);
    }

    public StateArena states() {
        return states;
    }

    public void score(List<TokenRow> rows) throws ExpertFailedException {}

    @Override
    public void close() {
        states.close();
    }
}
