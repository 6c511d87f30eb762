package dev.weir.bench;

import dev.weir.bench.peers.LimitCommand;
import dev.weir.bench.peers.PeersCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry of the benchmarks. */
@Command(
        name = "bench",
        description = "Measures a running server or an engine in this process.",
        mixinStandardHelpOptions = true,
        subcommands = {
            LoadCommand.class,
            FlatCommand.class,
            SplitsCommand.class,
            ExpertsCommand.class,
            LedgerCommand.class,
            ReplayCommand.class,
            RegretCommand.class,
            GainCommand.class,
            CertificateCommand.class,
            PeersCommand.class,
            LimitCommand.class
        })
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
