package dev.weir.engine.cli;

import dev.weir.engine.ledger.Upkeep;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.Command;

/** Prunes at once what a running server would prune within the hour. */
@Command(
        name = "prune",
        description = "Take out what is older than weir.ledger's retentions; what is left can still be verified.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LedgerPruneCommand extends LedgerSubcommand {

    @Override
    public Integer call() throws IOException {
        try (Upkeep upkeep = Upkeep.open(settings())) {
            long before = upkeep.size();
            ProgressBar progress = progress(before);
            long pruned = upkeep.prune(
                    Clock.systemUTC().millis(), left -> progress.at((int) Math.max(0, before - left), "pruned"));
            progress.clear();
            long left = upkeep.size();
            out().println(
                            isJson()
                                    ? Json.line(Map.of("pruned", pruned, "left", left))
                                    : pruned + " entries pruned, " + left + " left");
        }
        out().flush();
        return 0;
    }
}
