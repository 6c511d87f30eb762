package dev.weir.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * Whether this processor may add up products of bytes in sixteen bits, where they overflow in silence and scores are
 * wrong. That is x86 without the instructions called VNNI. ONNX Runtime multiplies exactly there too if it is told to,
 * which is slower, and would be slower on the others as well.
 */
final class ByteProducts {
    private static final Set<String> EXACT = Set.of("avx512_vnni", "avx_vnni");

    private ByteProducts() {}

    static boolean mayOverflow() {
        return mayOverflow(System.getProperty("os.arch"), processor());
    }

    /** @param processor as Linux describes it, empty where unknown */
    static boolean mayOverflow(String architecture, String processor) {
        return Set.of("amd64", "x86_64").contains(architecture)
                && Arrays.stream(processor.split("\\s+")).noneMatch(EXACT::contains);
    }

    private static String processor() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo"));
        } catch (IOException e) {
            return "";
        }
    }
}
