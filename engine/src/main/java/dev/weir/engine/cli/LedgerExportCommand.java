package dev.weir.engine.cli;

import dev.weir.engine.ledger.LedgerReader;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the ledger as JSON lines, a few entries in memory at a time. */
@Command(
        name = "export",
        description = "Write the entries as JSON lines, as they are stored, oldest first. Never holds a text.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LedgerExportCommand extends LedgerSubcommand {

    @Option(names = "--after", paramLabel = "N", description = "Only entries behind this one.")
    private long after;

    @Option(names = "--traces", description = "With the traces of streams, in base64.")
    private boolean traces;

    @Override
    public Integer call() throws IOException {
        try (LedgerReader reader = LedgerReader.open(settings())) {
            ProgressBar progress = progress(reader.size());
            int[] written = {0};
            reader.entries(after, (sequence, entry) -> {
                Map<String, Object> line = LedgerLines.json(entry);
                if (traces && entry.kind().equals("stream")) {
                    line.put("trace", reader.trace(sequence));
                }
                out().println(Json.line(line));
                progress.at(++written[0], "written");
            });
            progress.clear();
        }
        out().flush();
        return 0;
    }
}
