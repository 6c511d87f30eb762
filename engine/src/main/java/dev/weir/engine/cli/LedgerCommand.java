package dev.weir.engine.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What an operator does with a ledger. */
@Command(
        name = "ledger",
        description = {
            "Look into the ledger, check it, take things out of it. Works beside a running server.",
            "Each command takes --config FILE, and --json for machine-readable lines."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LedgerShowCommand.class,
            LedgerVerifyCommand.class,
            LedgerExportCommand.class,
            LedgerAuditCommand.class,
            LedgerPruneCommand.class,
            LedgerEraseCommand.class
        })
public final class LedgerCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
