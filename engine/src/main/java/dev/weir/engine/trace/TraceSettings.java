package dev.weir.engine.trace;

import com.typesafe.config.Config;
import java.util.List;

/**
 * How much of what streams are decided from is kept.
 *
 * @param kept whether any is
 * @param maxBytes of one stream, before they are deflated; what is decided after that is left out
 */
public record TraceSettings(boolean kept, int maxBytes) {

    private static final int MOST = 64 << 20;

    /** Reads {@code traces} and {@code max-trace-bytes} of the block {@code weir.ledger}. */
    public static TraceSettings from(Config config, List<String> problems) {
        long maxBytes = config.getBytes("max-trace-bytes");
        if (maxBytes < 1024 || maxBytes > MOST) {
            problems.add("weir.ledger.max-trace-bytes: " + maxBytes + " (expected: 1 KiB to 64 MiB)");
        }
        return new TraceSettings(config.getBoolean("traces"), (int) Math.min(maxBytes, MOST));
    }

    public TraceRecorder newRecorder() {
        return new TraceRecorder(kept ? maxBytes : 0);
    }
}
