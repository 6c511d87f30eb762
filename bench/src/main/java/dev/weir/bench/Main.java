package dev.weir.bench;

import picocli.CommandLine;

/** Entry of the benchmarks: {@code ops/weir bench}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }
}
