package dev.weir.engine.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RelaySettingsTest {

    private static final Config REFERENCE = ConfigFactory.defaultReference().getConfig("weir.relay");

    private static final Set<String> POLICIES = Set.of("default");

    @Test
    void hasTheseDefaults() {
        List<String> problems = new ArrayList<>();
        assertThat(RelaySettings.from(REFERENCE, POLICIES, problems))
                .isEqualTo(new RelaySettings(
                        Optional.empty(),
                        "",
                        "authorization",
                        false,
                        Optional.empty(),
                        "",
                        "",
                        RelaySettings.StoppedPrompt.ERROR,
                        RelaySettings.StopEnds.CHOICE,
                        RelaySettings.Unreadable.REFUSE,
                        1_000,
                        1_000,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        4 << 20,
                        16 << 20,
                        1 << 20,
                        16,
                        1_024,
                        1_000_000,
                        2_048));
        assertThat(problems).isEmpty();
    }

    @Test
    void namesEveryValueThatIsOutOfRangeAndNoSecret() {
        List<String> problems = new ArrayList<>();
        Config wrong = ConfigFactory.parseString(
                "upstream = \"https://me:secret@host/v1\", stopped-prompt = maybe, max-choices = 0, policy = none, "
                        + "fields-policy = no, idle-timeout = 0 s");
        RelaySettings.from(wrong.withFallback(REFERENCE), POLICIES, problems);
        assertThat(problems)
                .containsExactly(
                        "weir.relay.upstream: another text (expected: http:// or https://, a host and a path,"
                                + " such as https://api.openai.com/v1)",
                        "weir.relay.stopped-prompt: maybe (expected: one of [error, answer])",
                        "weir.relay.max-choices: 0 (expected: 1 to 1024)",
                        "weir.relay.idle-timeout: 0 ms (expected: above 0)",
                        "weir.relay.policy: none (expected: empty, or one of [default])",
                        "weir.relay.fields-policy: no (expected: empty, or one of [default])");
    }

    @Test
    void sendsTheKeyInTheHeaderThatTheUpstreamWants() {
        List<String> problems = new ArrayList<>();
        Config open = ConfigFactory.parseString("key = k").withFallback(REFERENCE);
        assertThat(RelaySettings.from(open, POLICIES, problems).credential()).isEqualTo("Bearer k");
        Config azure =
                ConfigFactory.parseString("key = k, key-header = Api-Key").withFallback(REFERENCE);
        assertThat(RelaySettings.from(azure, POLICIES, problems).credential()).isEqualTo("k");
        assertThat(RelaySettings.from(azure, POLICIES, problems)).hasToString("RelaySettings[upstream=Optional.empty]");
        assertThat(RelaySettings.from(REFERENCE, POLICIES, problems).credential())
                .isNull();
    }
}
