package dev.weir.engine.gateway;

import com.typesafe.config.Config;
import java.util.List;

/**
 * Where health and metrics are served.
 *
 * @param port 0 lets the system choose a free one
 */
public record AdminSettings(String host, int port) {

    /** Reads the block {@code weir.admin}; what is out of range is added to {@code problems}. */
    public static AdminSettings from(Config config, List<String> problems) {
        AdminSettings settings = new AdminSettings(config.getString("host"), config.getInt("port"));
        GatewaySettings.requireHost("weir.admin.host", settings.host, problems);
        if (settings.port < 0 || settings.port > 65_535) {
            problems.add("weir.admin.port: " + settings.port + " (expected: 0 to 65535)");
        }
        return settings;
    }
}
