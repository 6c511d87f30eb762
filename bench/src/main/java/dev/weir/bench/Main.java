package dev.weir.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
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

    /** Wrong use, a file that is not there, and a server that is gone or does not answer need no stack trace. */
    private static int say(PrintWriter err, Throwable failure) {
        Throwable cause = failure instanceof CompletionException
                ? Objects.requireNonNullElse(failure.getCause(), failure)
                : failure;
        int exit = CommandLine.ExitCode.SOFTWARE;
        switch (cause) {
            case IllegalArgumentException use -> {
                err.println("weir bench: " + use.getMessage());
                exit = CommandLine.ExitCode.USAGE;
            }
            case NoSuchFileException missing ->
                err.println("weir bench: " + missing.getMessage() + " (expected: a file that can be read)");
            case UncheckedIOException io -> err.println("weir bench: " + io.getMessage());
            case IOException io -> err.println("weir bench: " + io.getMessage());
            case IllegalStateException state -> err.println("weir bench: " + state.getMessage());
            default -> failure.printStackTrace(err);
        }
        err.flush();
        return exit;
    }
}
