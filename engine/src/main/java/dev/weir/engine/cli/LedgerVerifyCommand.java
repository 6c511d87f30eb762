package dev.weir.engine.cli;

import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.Verification;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** Walks all chains. Exits 1 when anything is not as it was written. */
@Command(
        name = "verify",
        description = {
            "Check every entry, trace and text against its hash; names the first broken entry of each chain.",
            "Note the heads it prints elsewhere: with them a ledger that was written anew is found out, too."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LedgerVerifyCommand extends LedgerSubcommand {

    @Override
    public Integer call() throws IOException {
        Verification.Report report;
        try (LedgerReader reader = LedgerReader.open(settings())) {
            ProgressBar progress = progress(reader.size());
            report = Verification.of(
                    reader, checked -> progress.at((int) Math.min(checked, Integer.MAX_VALUE), "checked"));
            progress.clear();
        }
        boolean intact = report.faults().isEmpty();
        if (isJson()) {
            out().println(Json.line(Map.of(
                    "intact",
                    intact,
                    "entries",
                    report.entries(),
                    "faults",
                    report.faults(),
                    "heads",
                    report.heads())));
        } else {
            report.faults().forEach(fault -> out().println("broken: " + sentence(fault)));
            out().printf(Locale.ROOT, "%-24s %10s %10s %10s  %s%n", "chain", "entries", "pruned", "head", "hash");
            report.heads()
                    .forEach(head -> out().printf(
                                    Locale.ROOT,
                                    "%-24s %10d %10d %10d  %s%n",
                                    head.chain(),
                                    head.entries(),
                                    head.pruned(),
                                    head.sequence(),
                                    head.hash()));
            out().println(report.entries() + " entries, " + (intact ? "all as they were written" : "NOT intact"));
        }
        out().flush();
        return intact ? 0 : 1;
    }

    private static String sentence(Verification.Fault fault) {
        String where = fault.sequence() > 0 ? "entry " + fault.sequence() + " (" + fault.kind() + ")" : fault.kind();
        return where + (fault.chain().isEmpty() ? "" : " of " + fault.chain()) + ": " + fault.what();
    }
}
