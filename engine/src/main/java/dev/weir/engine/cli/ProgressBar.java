package dev.weir.engine.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** How far a long command has come, on one line that is drawn over itself; nothing when nobody is looking. */
final class ProgressBar {

    private static final int WIDTH = 24;
    private static final long REDRAW_NANOS = 200_000_000;

    private final PrintWriter err;
    private final boolean visible;
    private final int total;
    private final String unit;
    private final long startNanos = System.nanoTime();
    private long drawnNanos;

    /** @param total texts, above 0 */
    ProgressBar(PrintWriter err, boolean visible, int total) {
        this(err, visible, total, "texts");
    }

    /** @param total above 0, in {@code unit} */
    ProgressBar(PrintWriter err, boolean visible, int total, String unit) {
        this.err = err;
        this.visible = visible;
        this.total = total;
        this.unit = unit;
    }

    void at(int done, String what) {
        long now = System.nanoTime();
        if (visible && (now - drawnNanos >= REDRAW_NANOS || done == total)) {
            drawnNanos = now;
            err.print("\r\033[K" + line(done, total, unit, (now - startNanos) / 1e9, what));
            err.flush();
        }
    }

    void clear() {
        if (visible) {
            err.print("\r\033[K");
            err.flush();
        }
    }

    static String line(int done, int total, String unit, double seconds, String what) {
        int filled = (int) ((long) WIDTH * done / total);
        double rate = seconds > 0 ? done / seconds : 0;
        String left = rate > 0 ? duration(Math.round((total - done) / rate)) : "-";
        return String.format(
                Locale.ROOT,
                "%s%s %d/%d  %.0f %s/s  %s left  %s",
                "█".repeat(filled),
                "░".repeat(WIDTH - filled),
                done,
                total,
                rate,
                unit,
                left,
                what);
    }

    private static String duration(long seconds) {
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}
