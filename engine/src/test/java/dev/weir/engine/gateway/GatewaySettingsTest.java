package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewaySettingsTest {

    private static final Config REFERENCE = ConfigFactory.defaultReference();

    @Test
    void hasTheseDefaults() {
        List<String> problems = new ArrayList<>();
        assertThat(GatewaySettings.from(REFERENCE.getConfig("weir.gateway"), problems))
                .isEqualTo(new GatewaySettings(
                        "127.0.0.1",
                        8080,
                        0,
                        256 << 10,
                        10_000,
                        1_000,
                        100_000,
                        Duration.ofSeconds(60),
                        100,
                        1 << 20,
                        1 << 20,
                        256 << 10,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        64 << 20,
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30)));
        assertThat(problems).isEmpty();
    }

    @Test
    void namesEveryValueThatIsOutOfRange() {
        List<String> problems = new ArrayList<>();
        Config wrong = ConfigFactory.parseString(
                "gateway { port = 65536, max-connections = 0, ping-interval = 0s, host = \"\" }");
        GatewaySettings.from(wrong.withFallback(REFERENCE.getConfig("weir")).getConfig("gateway"), problems);
        assertThat(problems)
                .containsExactly(
                        "weir.gateway.host: empty (expected: an address or name of this machine, such as 127.0.0.1)",
                        "weir.gateway.port: 65536 (expected: 0 to 65535)",
                        "weir.gateway.max-connections: 0 (expected: 1 to 1000000)",
                        "weir.gateway.ping-interval: 0 ms (expected: above 0)");
    }

    @Test
    void theServersOwnConnectionsAreNoneOfItsClients() {
        GatewaySettings small = GatewaySettings.from(
                ConfigFactory.parseString("max-connections = 1, max-streams-per-connection = 1,"
                                + " max-stream-names-per-connection = 1")
                        .withFallback(REFERENCE.getConfig("weir.gateway")),
                new ArrayList<>());
        assertThat(small.onLoopback().maxConnections()).isEqualTo(1_000);
        assertThat(small.onLoopback().maxStreams()).isEqualTo(1_000);
        assertThat(small.onLoopback().maxStreamNames()).isEqualTo(100_000);
        assertThat(small.onLoopback().http()).isEqualTo(small.http());
    }
}
