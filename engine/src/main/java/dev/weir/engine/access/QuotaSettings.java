package dev.weir.engine.access;

import com.typesafe.config.Config;
import java.util.List;

/**
 * How much of the server one tenant may take; 0 for as much as there is.
 *
 * @param connections open at once
 * @param streams open at once
 * @param tokensPerSecond that its streams may decide in the long run
 * @param encoderWindowsPerSecond that windowed experts may read for it in the long run
 */
record QuotaSettings(int connections, int streams, double tokensPerSecond, double encoderWindowsPerSecond) {

    static final QuotaSettings NONE = new QuotaSettings(0, 0, 0, 0);

    static QuotaSettings from(Config config, String path, List<String> problems) {
        QuotaSettings settings = new QuotaSettings(
                config.getInt("connections"),
                config.getInt("streams"),
                config.getDouble("tokens-per-second"),
                config.getDouble("encoder-windows-per-second"));
        require(path + ".connections", settings.connections, problems);
        require(path + ".streams", settings.streams, problems);
        require(path + ".tokens-per-second", settings.tokensPerSecond, problems);
        require(path + ".encoder-windows-per-second", settings.encoderWindowsPerSecond, problems);
        return settings;
    }

    private static void require(String path, Number value, List<String> problems) {
        if (!(value.doubleValue() >= 0 && value.doubleValue() < 1e9)) {
            problems.add(path + ": " + value + " (expected: at least 0, and 0 for no limit)");
        }
    }
}
