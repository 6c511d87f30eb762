package dev.weir.engine.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** A configuration that can be shown: what is secret in it is not. */
final class MaskedConfig {

    private static final String MASK = "***";

    /** Names of settings, or ends of them behind a dash, whose values are secret. */
    private static final Pattern SECRET =
            Pattern.compile("(?:.*-)?(?:password|secret|token|credential|hash|api-key|key|authorization)");

    /** Of addresses: what stands before the host, and parameters with such names. */
    private static final Pattern IN_ADDRESS =
            Pattern.compile("(?<=://)[^/@\\s]+(?=@)|(?<=[?&;](?:password|token|secret|key|user)=)[^&;\\s]+");

    private MaskedConfig() {}

    /** As HOCON, without comments. */
    static String render(Config config) {
        return masked(config.root())
                .render(ConfigRenderOptions.defaults()
                        .setOriginComments(false)
                        .setComments(false)
                        .setJson(false));
    }

    private static ConfigValue masked(ConfigValue value) {
        if (value instanceof ConfigObject object) {
            Map<String, Object> masked = new LinkedHashMap<>();
            object.forEach((name, inner) -> masked.put(name, masked(object, name, inner)));
            return ConfigValueFactory.fromMap(masked);
        }
        if (value instanceof ConfigList list) {
            return ConfigValueFactory.fromIterable(
                    list.stream().map(MaskedConfig::masked).toList());
        }
        if (value.valueType() == ConfigValueType.STRING) {
            return ConfigValueFactory.fromAnyRef(
                    IN_ADDRESS.matcher((String) value.unwrapped()).replaceAll(MASK));
        }
        return value;
    }

    private static Object masked(ConfigObject block, String name, ConfigValue value) {
        boolean isLeaf = !(value instanceof ConfigObject) && !(value instanceof ConfigList);
        boolean isSecret = SECRET.matcher(name.toLowerCase(Locale.ROOT)).matches();
        boolean isFile = name.equals("key") && block.containsKey("certificate");
        boolean isEmpty = "".equals(value.unwrapped());
        return isLeaf && isSecret && !isFile && !isEmpty ? MASK : masked(value);
    }
}
