package dev.weir.engine.cli;

import com.typesafe.config.Config;
import dev.weir.engine.Engine;
import dev.weir.engine.StartException;
import dev.weir.engine.decision.Decision;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.ledger.Definition;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.trace.Definitions;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.engine.trace.Replay;
import dev.weir.engine.trace.ReplaySummary;
import dev.weir.engine.trace.ReplayedStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Decides the streams of a ledger again. Exits 1 when one does not come out as it did. */
@Command(
        name = "replay",
        description = "Decide the ledger's streams again, with no model: as they were, and under another policy.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ReplayCommand implements Callable<Integer> {

    /** Of those not reproduced, for a table. */
    private static final int MOST_NAMED = 20;

    @Option(names = "--policy", paramLabel = "NAME", description = "Also under this policy of the settings.")
    private @Nullable String policy;

    @Option(names = "--weights", paramLabel = "VERSION", description = "Also with these weights of the ledger.")
    private @Nullable String weights;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description =
                    "Only streams that ended after this: an instant (2026-11-21T08:00:00Z) or a duration (PT24H).")
    private @Nullable String since;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--json", description = "One JSON object a stream that differs or changes, the total last.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    private final ReplaySummary summary = new ReplaySummary();
    private final List<ReplayedStream> different = new ArrayList<>();

    @Override
    public Integer call() throws StartException, IOException {
        Config settings = config.load(Map.of());
        long sinceMillis = sinceMillis();
        Policy tried = policy == null ? null : tried(settings, policy);
        double seconds;
        try (LedgerReader ledger = LedgerReader.open(config.ledger(settings))) {
            Replay replay = new Replay(ledger, tried, weights == null ? null : weights(ledger, weights));
            long began = System.nanoTime();
            replay(ledger, replay, sinceMillis);
            seconds = (System.nanoTime() - began) / 1e9;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(total(seconds)));
        } else {
            out.print(table(seconds));
        }
        out.flush();
        return summary.different() == 0 ? 0 : 1;
    }

    private void replay(LedgerReader ledger, Replay replay, long sinceMillis) {
        int entries = Math.clamp(ledger.size(), 1, Integer.MAX_VALUE);
        ProgressBar progress = new ProgressBar(spec.commandLine().getErr(), Terminal.isErr(), entries, "entries");
        long[] first = {-1};
        ledger.streams(0, (sequence, stream) -> {
            first[0] = first[0] < 0 ? sequence : first[0];
            progress.at((int) Math.min(entries, sequence - first[0] + 1), "");
            if (stream.endedMillis() >= sinceMillis) {
                take(replay.of(sequence, stream), stream);
            }
        });
        progress.clear();
    }

    private void take(ReplayedStream replayed, StreamRecord stream) {
        summary.add(replayed);
        boolean differs = !replayed.differences().isEmpty();
        if (differs && different.size() < MOST_NAMED) {
            different.add(replayed);
        }
        if (json && (differs || !replayed.gone().isEmpty() || !replayed.added().isEmpty())) {
            spec.commandLine().getOut().println(Json.line(line(replayed, stream)));
        }
    }

    private static Map<String, Object> line(ReplayedStream replayed, StreamRecord stream) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stream", replayed.uid());
        line.put("policy", stream.policy());
        line.put("differences", replayed.differences());
        line.put("change", replayed.change().name().toLowerCase(Locale.ROOT));
        line.put("stop_before", at(replayed.before().stop()));
        line.put("stop_after", at(replayed.after().stop()));
        line.put("censored", replayed.after().censored());
        line.put("gone", replayed.gone());
        line.put("added", replayed.added());
        return line;
    }

    private static @Nullable Integer at(Optional<Decision> stop) {
        return stop.map(Decision::at).orElse(null);
    }

    private Map<String, Object> total(double seconds) {
        Map<String, Object> total = new LinkedHashMap<>();
        total.put("total", summary);
        total.put("seconds", seconds);
        total.put("streams_per_second", summary.streams() / seconds);
        return total;
    }

    private String table(double seconds) {
        StringBuilder table = new StringBuilder();
        line(table, "%-34s %8d", "streams", summary.streams());
        line(table, "%-34s %8d", "decided again as they were", summary.reproduced());
        line(table, "%-34s %8d", "decided otherwise", summary.different());
        line(table, "%-34s %8d", "without a trace", summary.unrecorded());
        line(table, "%-34s %8d", "with a truncated one", summary.truncated());
        if (policy != null || weights != null) {
            line(table, "");
            line(
                    table,
                    "under %s%s",
                    policy == null ? "their own policies" : "policy " + policy,
                    weights == null ? "" : ", weights " + weights);
            line(table, "%-34s %8d", "would stop, and did not", summary.stopsNow());
            line(table, "%-34s %8d", "would not stop, and did", summary.stopsNoMore());
            line(
                    table,
                    "%-34s %8d   by %d code points (median)",
                    "would stop earlier",
                    summary.earlier(),
                    summary.earlierBy());
            line(
                    table,
                    "%-34s %8d   by %d code points (median)",
                    "would stop later",
                    summary.later(),
                    summary.laterBy());
            line(table, "%-34s %8d   what follows their stop is not known", "censored", summary.censored());
            line(table, "%-34s %8d gone, %d new", "receipts", summary.receiptsGone(), summary.receiptsAdded());
        }
        if (!summary.byCategory().isEmpty()) {
            line(table, "");
            line(table, "%-22s %8s %8s %8s %8s", "stops by category", "before", "after", "new", "gone");
            summary.byCategory()
                    .forEach((category, stops) -> line(
                            table,
                            "%-22s %8d %8d %8d %8d",
                            category,
                            stops.before(),
                            stops.after(),
                            stops.stopsNow(),
                            stops.stopsNoMore()));
        }
        for (ReplayedStream stream : different) {
            line(table, "");
            line(table, "stream %s", stream.uid());
            stream.differences().forEach(difference -> line(table, "  %s", difference));
        }
        line(table, "");
        line(table, "%.0f streams/s", summary.streams() / seconds);
        return table.toString();
    }

    private static void line(StringBuilder table, String format, Object... values) {
        table.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }

    private Policy tried(Config settings, String name) throws StartException {
        Map<String, Policy> policies = Engine.policies(settings);
        Policy found = policies.get(name);
        if (found == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--policy " + name + " (expected: one of weir.policies, " + policies.keySet() + ")");
        }
        return found;
    }

    private WeightsVersion weights(LedgerReader ledger, String version) throws IOException {
        Definition definition = ledger.definition(Definition.WEIGHTS, version)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--weights " + version + " (expected: a version in the ledger)"));
        try {
            return Definitions.weights(definition);
        } catch (MalformedTraceException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private long sinceMillis() {
        if (since == null) {
            return Long.MIN_VALUE;
        }
        try {
            return since.startsWith("P")
                    ? Instant.now().minus(Duration.parse(since)).toEpochMilli()
                    : Instant.parse(since).toEpochMilli();
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--since " + since
                            + " (expected: an instant such as 2026-11-21T08:00:00Z, or a duration such as PT24H)",
                    e);
        }
    }
}
