package dev.weir.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.Engine;
import dev.weir.engine.StartException;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of benchmarks that run an engine in their own process. */
final class EngineOptions {

    @Option(
            names = "--experts",
            split = ",",
            defaultValue = "lexicon,causal",
            description = "Experts to load (default: ${DEFAULT-VALUE}).")
    private List<String> experts = List.of();

    Engine start(String overrides) throws StartException {
        Config config = ConfigFactory.parseString(overrides)
                .withFallback(ConfigFactory.parseString("""
                        weir.models.experts = [%s]
                        weir.ledger.url = ""
                        # Calibrated thresholds are for all shipped experts together.
                        weir.policy-defaults.stop-thresholds.by = typed
                        """.formatted(String.join(",", experts))))
                .withFallback(ConfigFactory.load());
        return Engine.start(config, line -> System.err.println(line));
    }
}
