package dev.weir.bench.server;

import java.nio.file.Path;

/** The working copy that the benchmarks run from. */
public final class Checkout {

    private Checkout() {}

    /** Its root; the launcher says where it is. */
    public static Path root() {
        return Path.of(System.getProperty("weir.launcher", "ops/weir"))
                .toAbsolutePath()
                .resolve("../..")
                .normalize();
    }
}
