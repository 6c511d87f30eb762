package dev.weir.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;

/** Entry of the benchmarks: {@code ops/weir bench}. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> say(command.getErr(), failure))
                .execute(args));
    }

    /** A server that is gone or does not answer needs no stack trace. */
    private static int say(PrintWriter err, Throwable failure) {
        switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> say(err, wrapped.getCause());
            case UncheckedIOException io -> err.println("weir bench: " + io.getMessage());
            case IOException io -> err.println("weir bench: " + io.getMessage());
            case IllegalStateException state -> err.println("weir bench: " + state.getMessage());
            default -> failure.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
