package dev.weir.engine.cli;

import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.LedgerReader.Audit;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** The queue of those who look for misses. */
@Command(
        name = "audit",
        description = {
            "List the streams that were let pass, were drawn for audit and are not reviewed yet, oldest first.",
            "Review one with POST /v1/feedback: its receipt, and the verdict right_pass or missed."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LedgerAuditCommand extends LedgerSubcommand {

    private static final String FORMAT = "%-20s  %-26s  %-22s  %7s  %6s  %s%n";

    @Override
    public Integer call() throws IOException {
        try (LedgerReader reader = LedgerReader.open(settings())) {
            if (!isJson()) {
                out().printf(Locale.ROOT, FORMAT, "time (UTC)", "receipt", "stream", "tokens", "risk", "drawn with");
            }
            reader.audits(0, (sequence, audit) -> write(audit));
        }
        out().flush();
        return 0;
    }

    private void write(Audit audit) {
        if (isJson()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("receipt", audit.receipt().id());
            line.put("stream", audit.stream().uid());
            line.put("endedMillis", audit.stream().endedMillis());
            line.put("tokens", audit.stream().tokens());
            line.put("risk", audit.receipt().risk());
            line.put("auditProbability", audit.stream().auditProbability());
            out().println(Json.line(line));
        } else {
            out().printf(
                            Locale.ROOT,
                            FORMAT,
                            LedgerLines.time(audit.stream().endedMillis()),
                            audit.receipt().id(),
                            audit.stream().uid(),
                            audit.stream().tokens(),
                            String.format(Locale.ROOT, "%.3f", audit.receipt().risk()),
                            audit.stream().auditProbability());
        }
    }
}
