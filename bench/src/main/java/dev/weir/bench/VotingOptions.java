package dev.weir.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.Engine;
import dev.weir.engine.StartException;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of benchmarks that weigh the experts of an engine in their own process. */
final class VotingOptions {

    private static final String LEXICON = "lexicon";

    @Option(
            names = "--experts",
            split = ",",
            defaultValue = "ngram,causal,minilm",
            description = "Learned experts to weigh (default: ${DEFAULT-VALUE}).")
    private List<String> experts = List.of();

    /** In the order of the votes. */
    List<String> experts() {
        return List.copyOf(experts);
    }

    /** The configured weights of these experts, adding up to 1. */
    double[] start() {
        Config weights = ConfigFactory.load().getConfig("weir.ensemble.weights");
        double[] start = experts.stream()
                .mapToDouble(expert -> weights.hasPath(expert) ? weights.getDouble(expert) : 1)
                .toArray();
        double sum = 0;
        for (double weight : start) {
            sum += weight;
        }
        for (int expert = 0; expert < start.length; expert++) {
            start[expert] /= sum;
        }
        return start;
    }

    Engine startEngine() throws StartException {
        Config config = ConfigFactory.parseString("""
                        weir.models.experts = [%s,%s]
                        weir.ledger.file = ""
                        weir.stream.credit = 1048576
                        weir.policy-defaults.stop-thresholds.by = typed
                        """.formatted(LEXICON, String.join(",", experts)))
                .withFallback(ConfigFactory.load());
        return Engine.start(config, line -> System.err.println(line));
    }
}
