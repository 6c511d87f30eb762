package dev.weir.clients;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.Server;
import dev.weir.engine.StartException;
import java.nio.file.Path;

/** A server with the shipped models on ports chosen by the machine. */
public final class LiveServer {

    private LiveServer() {}

    public static Server start(Path ledger) throws StartException {
        return start(ledger, "");
    }

    /** @param settings HOCON that goes before all others */
    static Server start(Path ledger, String settings) throws StartException {
        Path models = Path.of(System.getProperty("weir.repository"), "models");
        Config config = ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseString(
                        """
                weir.models.directory = "%s"
                weir.policy-defaults.stop-thresholds.calibration = "%s"
                weir.ledger.url = "jdbc:sqlite:%s"
                weir.gateway.port = 0
                weir.admin.port = 0
                # However slow the machine, decisions are compared.
                weir.overload.enabled = false
                weir.stream.vote-timeout = 1 h
                """.formatted(models.resolve("experts"), models.resolve("policies/default.json"), ledger)))
                .withFallback(ConfigFactory.load());
        return Server.start(config, line -> {});
    }
}
