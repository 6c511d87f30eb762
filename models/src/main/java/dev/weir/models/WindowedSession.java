package dev.weir.models;

import java.util.List;

public final class WindowedSession implements AutoCloseable {
    private WindowedSession() {}

    public static WindowedSession open(WindowedExpert expert, Device device) throws ExpertLoadException {
        return new WindowedSession();
    }

    public void score(List<WindowRow> rows) throws ExpertFailedException {}

    @Override
    public void close() {}
}
