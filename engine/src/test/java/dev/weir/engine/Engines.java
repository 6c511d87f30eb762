package dev.weir.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;

/** Engines for tests: the shipped models, real sessions, ports chosen by the machine. */
public final class Engines {

    private Engines() {}

    /** @param overrides HOCON that goes before the defaults */
    public static Config config(String overrides) {
        Path repository = Path.of(System.getProperty("weir.repository"));
        return ConfigFactory.parseString(overrides)
                .withFallback(ConfigFactory.parseString("""
                        weir.models.directory = "%s"
                        weir.gateway.port = 0
                        weir.admin.port = 0
                        weir.ledger.url = ""
                        weir.stream.max-streams = 512
                        weir.warm-up.at-most = 0 s
                        weir.doctor.at-start = off
                        # However slow the machine, decisions are compared.
                        weir.overload.enabled = false
                        weir.stream.vote-timeout = 1 h
                        # Calibrated thresholds are for the shipped experts, and many tests take others.
                        weir.policy-defaults.stop-thresholds.by = typed
                        """.formatted(repository.resolve("models/experts"))))
                .withFallback(ConfigFactory.load());
    }

    static Engine start(String overrides) throws StartException {
        return Engine.start(config(overrides), line -> {});
    }
}
