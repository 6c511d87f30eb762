package dev.weir.engine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.engine.ledger.Entry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Entries of the ledger as lines. */
final class LedgerLines {

    private static final String FORMAT = "%8s  %-20s  %-10s  %-26s  %s%n";

    static final String HEADER = String.format(Locale.ROOT, FORMAT, "entry", "time (UTC)", "kind", "id", "what")
            .stripTrailing();

    private LedgerLines() {}

    /** As it is stored, to be written as JSON. */
    static Map<String, Object> json(Entry entry) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("sequence", entry.sequence());
        line.put("chain", entry.chain());
        line.put("kind", entry.kind());
        line.put("tenant", entry.tenant());
        line.put("id", entry.id());
        line.put("about", entry.about());
        line.put("atMillis", entry.atMillis());
        line.put("body", body(entry));
        line.put("hash", HexFormat.of().formatHex(entry.hash()));
        return line;
    }

    static String table(Entry entry) {
        return String.format(
                        Locale.ROOT,
                        FORMAT,
                        entry.sequence(),
                        time(entry.atMillis()),
                        entry.kind(),
                        entry.id(),
                        what(entry, body(entry)))
                .stripTrailing();
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String what(Entry entry, JsonNode body) {
        return switch (entry.kind()) {
            case "receipt" ->
                words(body, "action", "category", "severity", "rule")
                        + String.format(
                                Locale.ROOT, " risk %.3f", body.path("risk").asDouble())
                        + " at " + body.path("at") + " of " + entry.about();
            case "stream" -> words(body, "outcome", "mode", "policy") + " " + body.path("tokens") + " tokens";
            case "review" -> words(body, "verdict", "reviewer") + " on " + entry.about();
            case "action" -> words(body, "outcome") + " by " + entry.about();
            case "checkpoint" -> body.path("pruned") + " entries before it pruned, up to " + body.path("through");
            case "erasure" -> "the key of the texts destroyed";
            default -> "";
        };
    }

    private static String words(JsonNode body, String... fields) {
        StringBuilder words = new StringBuilder();
        for (String field : fields) {
            if (body.hasNonNull(field)) {
                words.append(words.isEmpty() ? "" : " ").append(body.get(field).asText());
            }
        }
        return words.toString();
    }

    /** What cannot be read is shown as it is: a ledger that was tampered with is looked at, too. */
    private static JsonNode body(Entry entry) {
        try {
            return Json.MAPPER.readTree(entry.body());
        } catch (JsonProcessingException e) {
            return Json.MAPPER.getNodeFactory().textNode(entry.body());
        }
    }
}
