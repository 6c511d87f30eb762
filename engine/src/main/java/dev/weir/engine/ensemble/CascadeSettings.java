package dev.weir.engine.ensemble;

import com.typesafe.config.Config;
import dev.weir.models.SplitMix64;
import java.util.List;

/**
 * When the windowed experts are asked. Fixed by the text: by the position, the risk there, and a keyed hash of the text
 * before it.
 *
 * @param fromRisk lower end of the uncertain band, in [0, 1]
 * @param toRisk its upper end
 * @param share of the positions outside the band that are asked about all the same, in [0, 1]
 * @param key of the hash that draws the share
 */
public record CascadeSettings(double fromRisk, double toRisk, double share, long key) {

    public static CascadeSettings from(Config config, List<String> problems) {
        CascadeSettings settings = new CascadeSettings(
                config.getDouble("from-risk"),
                config.getDouble("to-risk"),
                config.getDouble("share"),
                config.getLong("key"));
        if (!(settings.fromRisk >= 0 && settings.fromRisk <= settings.toRisk && settings.toRisk <= 1)) {
            problems.add("weir.cascade.from-risk " + settings.fromRisk + ", to-risk " + settings.toRisk
                    + " (expected: 0 <= from-risk <= to-risk <= 1)");
        }
        if (!(settings.share >= 0 && settings.share <= 1)) {
            problems.add("weir.cascade.share: " + settings.share + " (expected: 0 to 1)");
        }
        return settings;
    }

    /** @param prefixHash of the tokens before the position */
    public boolean asks(double risk, long prefixHash) {
        if (risk >= fromRisk && risk <= toRisk) {
            return true;
        }
        long mixed = SplitMix64.mix(prefixHash ^ key);
        return (mixed >>> 11) * 0x1.0p-53 < share;
    }

    /** One token more. */
    public static long extend(long prefixHash, int token) {
        return SplitMix64.mix(prefixHash * 31 + token);
    }
}
