package dev.weir.engine.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpSettingsTest {

    private final List<String> problems = new ArrayList<>();

    @Test
    void theDefaultIsAFewSeconds() {
        WarmUpSettings settings =
                WarmUpSettings.from(ConfigFactory.defaultReference().getConfig("weir.warm-up"), problems);
        assertThat(settings).isEqualTo(new WarmUpSettings(Duration.ofSeconds(4)));
        assertThat(problems).isEmpty();
    }

    @Test
    void nobodyIsMadeToWaitForLongerThanAMinute() {
        WarmUpSettings.from(ConfigFactory.parseString("at-most = 61 s"), problems);
        assertThat(problems).containsExactly("weir.warm-up.at-most: 61000 ms (expected: 0 s to 60 s)");
    }
}
