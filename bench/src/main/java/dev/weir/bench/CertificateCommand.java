package dev.weir.bench;

import dev.weir.engine.learning.FalseStopCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Question: how often is a false certificate given at any time, and how long does a true one take? Deployments are
 * simulated at a true rate of false stops; the certificate is looked at after every stream, each stop reviewed as it is
 * made. A rate at alpha and above it makes every certificate a false one.
 */
@Command(
        name = "certificate",
        description = "Simulates deployments: false certificates, and streams and reviews to a true one.",
        mixinStandardHelpOptions = true)
final class CertificateCommand implements Callable<Integer> {

    /** True rates of false stops, as shares of alpha. */
    private static final double[] RATES = {0, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.2};

    @Option(names = "--alpha", defaultValue = "0.01", description = "Rate to certify (default: ${DEFAULT-VALUE}).")
    private double alpha;

    @Option(names = "--confidence", defaultValue = "0.95", description = "Of it (default: ${DEFAULT-VALUE}).")
    private double confidence;

    @Option(names = "--deployments", defaultValue = "500", description = "Of each rate (default: ${DEFAULT-VALUE}).")
    private int deployments;

    @Option(
            names = "--streams",
            defaultValue = "20000",
            description = "Of each deployment (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--stopped",
            defaultValue = "0.05",
            description = "Share of streams that is stopped, rightly or wrongly (default: ${DEFAULT-VALUE}).")
    private double stopped;

    @Override
    public Integer call() {
        System.out.printf(
                Locale.ROOT,
                "false stops below %s, confidence %s: %,d deployments of %,d streams, %s of them stopped%n%n",
                alpha,
                confidence,
                deployments,
                streams,
                stopped);
        System.out.printf(
                "%-10s %10s %10s %16s %16s%n", "true rate", "", "certified", "streams, median", "reviews, median");
        boolean isKept = true;
        for (double share : RATES) {
            Random random = new Random(7);
            List<Certified> certified = new ArrayList<>();
            for (int deployment = 0; deployment < deployments; deployment++) {
                Certified end = deploy(random, share * alpha);
                if (end.isCertified()) {
                    certified.add(end);
                }
            }
            isKept &= share < 1 || certified.size() <= (1 - confidence) * deployments;
            System.out.printf(
                    Locale.ROOT,
                    "%-10s %10s %8.1f %% %16s %16s%n",
                    String.format(Locale.ROOT, "%.2f %%", 100 * share * alpha),
                    share < 1 ? "" : "wrongly",
                    100.0 * certified.size() / deployments,
                    median(certified.stream().map(Certified::streams).toList()),
                    median(certified.stream().map(Certified::reviews).toList()));
        }
        return isKept ? 0 : 1;
    }

    /** Where a deployment was certified, or where it ended. */
    private record Certified(boolean isCertified, long streams, long reviews) {}

    /** A median over all deployments, those never certified being the longest. */
    private String median(List<Long> certified) {
        int middle = deployments / 2;
        return certified.size() <= middle
                ? "more"
                : String.format(
                        Locale.ROOT,
                        "%,d",
                        certified.stream().sorted().skip(middle).findFirst().orElseThrow());
    }

    /** Without a false stop the certificate comes after a number of streams that it knows; each false stop defers it. */
    private Certified deploy(Random random, double rate) {
        long wrong = 0;
        long reviews = 0;
        long due = certificate(0, wrong).streamsNeeded();
        for (long stream = 1; stream <= streams; stream++) {
            double drawn = random.nextDouble();
            if (drawn < Math.max(rate, stopped)) {
                reviews++;
            }
            if (drawn < rate) {
                wrong++;
                due = stream + certificate(stream, wrong).streamsNeeded();
            }
            if (stream == due) {
                return new Certified(true, stream, reviews);
            }
        }
        return new Certified(false, streams, reviews);
    }

    private FalseStopCertificate certificate(long ended, long wrong) {
        return FalseStopCertificate.of(alpha, 1 - confidence, ended, wrong, 0);
    }
}
