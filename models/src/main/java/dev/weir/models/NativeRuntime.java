package dev.weir.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What has to be true before the native library is touched. ONNX Runtime 1.29 ends a process whose command line is longer
 * than a page with a segmentation fault as it starts, without a word; measured on Linux, 3,800 bytes start and 4,200 do
 * not. A class path of many jars is soon that long.
 */
final class NativeRuntime {

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    static final int LONGEST_COMMAND_LINE = 4_000;

    private NativeRuntime() {}

    /** @throws IllegalStateException with what to do, when the runtime would crash */
    static void check() {
        try {
            if (Files.isReadable(COMMAND_LINE)) {
                check(Files.readAllBytes(COMMAND_LINE).length);
            }
        } catch (IOException e) {
            throw new IllegalStateException(COMMAND_LINE + " (expected: readable)", e);
        }
    }

    static void check(int commandLineBytes) {
        if (commandLineBytes > LONGEST_COMMAND_LINE) {
            throw new IllegalStateException("command line of " + commandLineBytes + " bytes (expected: at most "
                    + LONGEST_COMMAND_LINE + ", ONNX Runtime crashes on longer ones): give the class path by the"
                    + " CLASSPATH variable or as lib/*");
        }
    }
}
