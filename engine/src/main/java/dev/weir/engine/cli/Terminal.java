package dev.weir.engine.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Whether somebody is looking, and how large the window is. The launcher knows about each of its streams and passes it on
 * as {@code weir.terminal.in}, {@code weir.terminal.out} and {@code weir.terminal.err}; without it nobody is.
 */
final class Terminal {

    /** @param columns at least 1; {@code lines} likewise */
    record Size(int columns, int lines) {

        static final Size COMMON = new Size(100, 32);

        /** Reads what {@code stty size} prints: lines, then columns. Common numbers where it makes no sense. */
        static Size parse(String stty) {
            String[] numbers = stty.strip().split(" ", -1);
            if (numbers.length != 2) {
                return COMMON;
            }
            try {
                Size size = new Size(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0]));
                return size.columns > 0 && size.lines > 0 ? size : COMMON;
            } catch (NumberFormatException e) {
                return COMMON;
            }
        }
    }

    private Terminal() {}

    static boolean isIn() {
        return Boolean.getBoolean("weir.terminal.in");
    }

    /** Whether this process has a terminal now: it loses it when the window is closed or the connection to it lost. */
    static boolean isThere() {
        try {
            new FileInputStream("/dev/tty").close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static boolean isOut() {
        return Boolean.getBoolean("weir.terminal.out");
    }

    static boolean isErr() {
        return Boolean.getBoolean("weir.terminal.err");
    }

    /** Asks the window through standard input, where {@code stty} is at hand. Takes milliseconds. */
    static Size size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 ? Size.parse(answer) : Size.COMMON;
        } catch (IOException e) {
            return Size.COMMON;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Size.COMMON;
        }
    }
}
