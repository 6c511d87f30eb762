package dev.weir.engine.cli;

import dev.weir.engine.ledger.LedgerSettings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands on a ledger share, those of {@code weir ledger} and others that only read one. */
abstract class LedgerSubcommand implements Callable<Integer> {

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--json", description = "Machine-readable lines instead of a table.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    final LedgerSettings settings() {
        return config.ledger(config.load(Map.of()));
    }

    final boolean isJson() {
        return json;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final CommandSpec spec() {
        return spec;
    }

    /** @param size how many entries there are */
    final ProgressBar progress(long size) {
        return new ProgressBar(
                spec.commandLine().getErr(), Terminal.isErr(), Math.clamp(size, 1, Integer.MAX_VALUE), "entries");
    }
}
