package dev.weir.bench;

import java.util.Locale;

/** How far a run has come, on one line of standard error that is drawn over itself; nothing when nobody is looking. */
final class Progress {

    private static final int WIDTH = 24;

    private final boolean visible = Boolean.getBoolean("weir.terminal.err");

    /** Waits, and shows how far the wait has come. */
    void await(double seconds, String what) throws InterruptedException {
        long began = System.nanoTime();
        long end = began + (long) (seconds * 1e9);
        for (long now = began; now < end; now = System.nanoTime()) {
            at((now - began) / 1e9, seconds, what);
            Thread.sleep(Math.clamp((end - now) / 1_000_000, 1, 250));
        }
        clear();
    }

    void at(double done, double seconds, String what) {
        if (visible) {
            int filled = (int) Math.clamp(WIDTH * done / seconds, 0, WIDTH);
            System.err.print(String.format(
                    Locale.ROOT,
                    "\r\033[K%s%s %.0f of %.0f s  %s",
                    "█".repeat(filled),
                    "░".repeat(WIDTH - filled),
                    done,
                    seconds,
                    what));
            System.err.flush();
        }
    }

    void say(String line) {
        if (visible) {
            System.err.print("\r\033[K" + line);
            System.err.flush();
        }
    }

    void clear() {
        say("");
    }
}
