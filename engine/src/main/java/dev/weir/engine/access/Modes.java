package dev.weir.engine.access;

import dev.weir.protocol.Mode;
import dev.weir.protocol.WireName;
import java.util.List;
import java.util.Optional;

/** Modes as settings name them, and which of two protects more. */
final class Modes {

    private Modes() {}

    static Mode from(String name, String path, List<String> problems) {
        Optional<Mode> mode = WireName.parse(Mode.class, name);
        if (mode.isEmpty()) {
            problems.add(path + ": " + name + " (expected: monitor, stream or gate)");
        }
        return mode.orElse(Mode.GATE);
    }

    static Mode stricter(Mode one, Mode other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
