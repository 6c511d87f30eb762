package dev.weir.bench.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.bench.report.RunNote;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;

/** What a run showed: each contestant's medians, and Weir's share of each peer's cost. */
record Report(RunNote note, List<Entry> entries, int streams, double rate, int seconds) {
    record Entry(Contestant contestant, List<Round> rounds) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    String table() {
        StringBuilder table =
                new StringBuilder("%s%n%s%n%s, commit %s, %s%n%d rounds of %d s, %d streams x %s tokens/s, medians%n%n"
                        .formatted(
                                note.question(),
                                note.command(),
                                note.machine(),
                                note.commit(),
                                note.when(),
                                entries.stream()
                                        .mapToInt(entry -> entry.rounds().size())
                                        .max()
                                        .orElse(0),
                                seconds,
                                streams,
                                rate));
        table.append("%-18s %7s %7s %14s %13s %13s %8s %8s %11s%n"
                .formatted(
                        "",
                        "streams",
                        "covered",
                        "cpu ms/1,000",
                        "checkpoints",
                        "cpu ms per",
                        "p50 ms",
                        "p99 ms",
                        "lag tokens"));
        table.append("%-18s %7s %7s %14s %13s %13s %8s %8s %11s%n"
                .formatted("", "", "", "tokens", "/1,000 tokens", "checkpoint", "", "", "p50 / p99"));
        for (Entry entry : entries) {
            List<Round> rounds = entry.rounds();
            table.append("%-18s %7d %6.0f%% %14.1f %13.1f %13.2f %8.1f %8.1f %5.0f / %3.0f%s%n"
                    .formatted(
                            entry.contestant().name(),
                            entry.contestant().streamsOf(streams),
                            100 * median(rounds, Round::keptUp),
                            median(rounds, Round::millisPerThousandTokens),
                            median(rounds, Round::checkpointsPerThousandTokens),
                            median(rounds, Round::millisPerCheckpoint),
                            median(rounds, round -> round.latencyMillis().p50()),
                            median(rounds, round -> round.latencyMillis().p99()),
                            median(rounds, round -> round.lagTokens().p50()),
                            median(rounds, round -> round.lagTokens().p99()),
                            errors(rounds)));
        }
        table.append("%nWeir's cost / the peer's: median of the rounds' ratios (lowest to highest)%n".formatted());
        forPairs((ours, theirs) -> table.append("%-12s / %-18s a token %s%s%n"
                .formatted(
                        ours.contestant().name(),
                        theirs.contestant().name(),
                        shown(Comparison.of(ours.rounds(), theirs.rounds(), Round::millisPerThousandTokens)),
                        sameWork(ours, theirs)
                                .map(ratio -> "   a checkpoint " + shown(ratio))
                                .orElse(""))));
        return table.toString();
    }

    private static String shown(Comparison ratio) {
        return "%.3f (%.3f to %.3f)".formatted(ratio.median(), ratio.lowest(), ratio.highest());
    }

    private static String errors(List<Round> rounds) {
        int errors = rounds.stream().mapToInt(Round::errors).sum();
        return errors == 0 ? "" : "  errors " + errors;
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> of) {
        return Comparison.median(rounds, of);
    }

    /** Ours as shipped with each of theirs, and ours made to do a peer's work with that peer. */
    private void forPairs(BiConsumer<Entry, Entry> pair) {
        for (Entry ours : entries) {
            for (Entry theirs : entries) {
                if (!ours.contestant().isPeer()
                        && theirs.contestant().isPeer()
                        && (ours.contestant().strategy().isEmpty() || doSameWork(ours, theirs))) {
                    pair.accept(ours, theirs);
                }
            }
        }
    }

    private static boolean doSameWork(Entry ours, Entry theirs) {
        return ours.contestant().strategy().equals(theirs.contestant().strategy());
    }

    /** A checkpoint of one costs what it does in another only where both look at the same. */
    private static Optional<Comparison> sameWork(Entry ours, Entry theirs) {
        return doSameWork(ours, theirs)
                ? Optional.of(Comparison.of(ours.rounds(), theirs.rounds(), Round::millisPerCheckpoint))
                : Optional.empty();
    }

    String json() throws JsonProcessingException {
        ObjectNode report = JSON.createObjectNode();
        report.putPOJO("note", note);
        report.put("streams", streams).put("rate", rate).put("seconds", seconds);
        ObjectNode contestants = report.putObject("contestants");
        for (Entry entry : entries) {
            Contestant contestant = entry.contestant();
            List<Round> rounds = entry.rounds();
            ArrayNode turns = contestants
                    .putObject(contestant.name())
                    .put("streams", contestant.streamsOf(streams))
                    .put("millisPerThousandTokens", median(rounds, Round::millisPerThousandTokens))
                    .put("millisPerCheckpoint", median(rounds, Round::millisPerCheckpoint))
                    .put("checkpointsPerThousandTokens", median(rounds, Round::checkpointsPerThousandTokens))
                    .putArray("rounds");
            rounds.forEach(turns::addPOJO);
        }
        ArrayNode ratios = report.putArray("ratios");
        forPairs((ours, theirs) -> {
            ObjectNode ratio = ratios.addObject()
                    .put("of", ours.contestant().name())
                    .put("to", theirs.contestant().name())
                    .putPOJO("perToken", Comparison.of(ours.rounds(), theirs.rounds(), Round::millisPerThousandTokens));
            sameWork(ours, theirs).ifPresent(checkpoint -> ratio.putPOJO("perCheckpoint", checkpoint));
        });
        return JSON.writeValueAsString(report);
    }
}
