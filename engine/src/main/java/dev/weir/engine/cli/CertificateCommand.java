package dev.weir.engine.cli;

import dev.weir.engine.learning.FalseStopCertificate;
import dev.weir.engine.learning.FalseStopTally;
import dev.weir.engine.learning.FalseStopTally.Standing;
import dev.weir.engine.ledger.LedgerReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What reviewed stops say about the rate of false ones. */
@Command(
        name = "certificate",
        description = {
            "Say whether fewer than --alpha of all streams were stopped wrongly, from the reviews of stops alone.",
            "May be asked at any time, as often as one likes. Each policy is certified by itself under each version of"
                    + " weights, for its streams up to then: no promise about later ones. Streams in monitor mode do not"
                    + " count, nor do those that were given up; a stop that is not reviewed counts as wrong until it is."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CertificateCommand extends LedgerSubcommand {

    private static final String FORMAT = "%-20s  %7s  %9s  %7s  %8s  %6s  %10s  %9s  %-9s  %12s  %12s%n";

    @Option(names = "--policy", paramLabel = "NAME", description = "Only this one: its name, or name@version.")
    private @Nullable String policy;

    @Option(
            names = "--alpha",
            paramLabel = "RATE",
            defaultValue = "0.01",
            description = "False stops a stream to stay below (default: ${DEFAULT-VALUE}).")
    private double alpha;

    @Option(
            names = "--confidence",
            paramLabel = "SHARE",
            defaultValue = "0.95",
            description = "Of all such certificates, the share that is true at least (default: ${DEFAULT-VALUE}).")
    private double confidence;

    @Override
    public Integer call() throws IOException {
        require(
                alpha >= FalseStopCertificate.LEAST_ALPHA && alpha <= 0.5,
                "--alpha " + alpha + " (expected: a rate from 0.000001 to 0.5)");
        require(confidence >= 0.5 && confidence < 1, "--confidence " + confidence + " (expected: from 0.5, below 1)");
        FalseStopTally tally = new FalseStopTally();
        try (LedgerReader ledger = LedgerReader.open(settings())) {
            read(ledger, tally);
        }
        List<Standing> all = tally.standings(alpha, 1 - confidence);
        List<Standing> asked = all.stream().filter(this::isAsked).toList();
        require(
                policy == null || !asked.isEmpty(),
                "--policy " + policy + " (expected: one with a stream in the ledger, "
                        + all.stream().map(Standing::policy).distinct().toList() + ")");
        if (isJson()) {
            asked.forEach(standing -> out().println(Json.line(line(standing))));
        } else {
            print(asked);
        }
        out().flush();
        return 0;
    }

    private void read(LedgerReader ledger, FalseStopTally tally) {
        long entries = ledger.size();
        ProgressBar progress = progress(entries);
        long[] first = {-1};
        tally.read(ledger, sequence -> {
            first[0] = first[0] < 0 ? sequence : first[0];
            progress.at(Math.clamp(sequence - first[0] + 1, 1, Math.clamp(entries, 1, Integer.MAX_VALUE)), "");
        });
        progress.clear();
    }

    private boolean isAsked(Standing standing) {
        return policy == null
                || standing.policy().equals(policy)
                || standing.policy().startsWith(policy + "@");
    }

    private void print(List<Standing> standings) {
        out().printf(
                        Locale.ROOT,
                        "false stops below %s of all streams, confidence %s%n%n",
                        percent(alpha),
                        percent(confidence));
        out().printf(
                        Locale.ROOT,
                        FORMAT,
                        "policy",
                        "weights",
                        "streams",
                        "stops",
                        "reviewed",
                        "wrong",
                        "unreviewed",
                        "at most",
                        "certified",
                        "more reviews",
                        "more streams");
        for (Standing standing : standings) {
            FalseStopCertificate now = standing.now();
            out().printf(
                            Locale.ROOT,
                            FORMAT,
                            standing.policy(),
                            standing.weights(),
                            now.streams(),
                            standing.stops(),
                            standing.reviewed(),
                            now.wrong(),
                            now.unreviewed(),
                            percent(now.upperBound()),
                            standing.isCertified() ? "yes" : "no",
                            standing.reviewsNeeded(),
                            standing.streamsNeeded());
        }
        for (Standing standing : standings) {
            if (standing.isCertified() && !standing.now().isCertified()) {
                out().printf(
                                Locale.ROOT,
                                "%n%s, weights %d: certified for its first %d streams; the evidence of all of them is not"
                                        + " enough any more.%n",
                                standing.policy(),
                                standing.weights(),
                                standing.best().streams());
            }
        }
        if (standings.isEmpty()) {
            out().println("no stream in the ledger that could be stopped and was decided to its end");
        }
    }

    private Map<String, Object> line(Standing standing) {
        FalseStopCertificate now = standing.now();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("policy", standing.policy());
        line.put("weights", standing.weights());
        line.put("alpha", alpha);
        line.put("confidence", confidence);
        line.put("streams", now.streams());
        line.put("stops", standing.stops());
        line.put("reviewed", standing.reviewed());
        line.put("wrong", now.wrong());
        line.put("unreviewed", now.unreviewed());
        line.put("upper_bound", now.upperBound());
        line.put("log_evidence", now.logEvidence());
        line.put("certified", standing.isCertified());
        line.put("certified_streams", standing.isCertified() ? standing.best().streams() : 0);
        line.put("reviews_needed", standing.reviewsNeeded());
        line.put("streams_needed", standing.streamsNeeded());
        return line;
    }

    private static String percent(double share) {
        return new BigDecimal(100 * share)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    private void require(boolean isMet, String problem) {
        if (!isMet) {
            throw new ParameterException(spec().commandLine(), problem);
        }
    }
}
