package dev.weir.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.http.HttpSettings;
import dev.weir.engine.http.HttpSettings.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdminSettingsTest {

    private static final Config REFERENCE = ConfigFactory.defaultReference().getConfig("weir.admin");

    private final List<String> problems = new ArrayList<>();

    @Test
    void hasTheseDefaults() {
        assertThat(AdminSettings.from(REFERENCE, problems))
                .isEqualTo(new AdminSettings(
                        "127.0.0.1",
                        9090,
                        Set.of(),
                        new HttpSettings(
                                new Patience(Duration.ofSeconds(10), "weir.admin.head-timeout"),
                                new Patience(Duration.ofSeconds(10), "weir.admin.body-timeout"),
                                new Patience(Duration.ofMinutes(2), "weir.admin.keep-alive-timeout"),
                                Duration.ofSeconds(10),
                                16 << 20),
                        256,
                        Duration.ofSeconds(1),
                        16,
                        100_000));
        assertThat(problems).isEmpty();
    }

    @Test
    void namesEveryValueThatIsOutOfRange() {
        AdminSettings.from(
                ConfigFactory.parseString(
                                "port = -1, host = \"\", body-timeout = 0 s, max-connections = 0, sample-interval = 1 ms,"
                                        + " max-watchers = 0, max-replayed-streams = 0")
                        .withFallback(REFERENCE),
                problems);
        assertThat(problems)
                .containsExactly(
                        "weir.admin.body-timeout: 0 ms (expected: above 0)",
                        "weir.admin.host: empty (expected: an address or name of this machine, such as 127.0.0.1)",
                        "weir.admin.port: -1 (expected: 0 to 65535)",
                        "weir.admin.sample-interval: 1 ms (expected: 100 to 59999 ms)",
                        "weir.admin.max-connections: 0 (expected: 1 to 100000)",
                        "weir.admin.max-watchers: 0 (expected: 1 to 1000)",
                        "weir.admin.max-replayed-streams: 0 (expected: 1 to 10000000)");
    }
}
