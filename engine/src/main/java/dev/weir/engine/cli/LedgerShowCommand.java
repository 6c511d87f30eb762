package dev.weir.engine.cli;

import dev.weir.engine.ledger.Entry;
import dev.weir.engine.ledger.LedgerReader;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the newest entries, or all there is of one stream or decision. */
@Command(
        name = "show",
        description = "Show the newest entries, or all that concerns one stream or receipt.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LedgerShowCommand extends LedgerSubcommand {

    private static final int NEWEST = 20;

    /** One of them. */
    private static final class Wanted {

        @Option(names = "--stream", paramLabel = "UID", description = "All of the stream of this uid.")
        private @Nullable String stream;

        @Option(names = "--receipt", paramLabel = "ID", description = "The receipt, its stream and its reviews.")
        private @Nullable String receipt;

        @Option(names = "--last", paramLabel = "N", description = "The newest N entries; 20 unless anything is said.")
        private int last = NEWEST;
    }

    @ArgGroup
    private Wanted wanted = new Wanted();

    @Option(names = "--text", description = "With --stream: its text, if it is kept and its key not destroyed.")
    private boolean text;

    @Override
    public Integer call() throws IOException {
        try (LedgerReader reader = LedgerReader.open(settings())) {
            Collection<Entry> entries = entries(reader);
            if (!isJson() && !entries.isEmpty()) {
                out().println(LedgerLines.HEADER);
            }
            entries.forEach(
                    entry -> out().println(isJson() ? Json.line(LedgerLines.json(entry)) : LedgerLines.table(entry)));
            if (text && wanted.stream != null) {
                String kept = reader.text(wanted.stream).orElse("");
                out().println(isJson() ? Json.line(Map.of("text", kept)) : "\n" + kept);
            }
            out().flush();
            return entries.isEmpty() ? 1 : 0;
        }
    }

    private Collection<Entry> entries(LedgerReader reader) {
        if (wanted.stream != null) {
            return reader.concerning(wanted.stream);
        }
        if (wanted.receipt == null) {
            return reader.latest(wanted.last);
        }
        Map<Long, Entry> inOrder = new TreeMap<>();
        List<Entry> ofReceipt = reader.concerning(wanted.receipt);
        ofReceipt.forEach(entry -> inOrder.put(entry.sequence(), entry));
        ofReceipt.stream()
                .filter(entry -> entry.kind().equals("receipt"))
                .flatMap(entry -> reader.concerning(String.valueOf(entry.about())).stream())
                .filter(entry -> entry.kind().equals("stream"))
                .forEach(entry -> inOrder.put(entry.sequence(), entry));
        return inOrder.values();
    }
}
