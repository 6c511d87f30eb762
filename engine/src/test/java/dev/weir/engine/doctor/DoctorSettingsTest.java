package dev.weir.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorSettingsTest {

    private final List<String> problems = new ArrayList<>();

    private DoctorSettings settings(String overrides) {
        return DoctorSettings.from(
                ConfigFactory.parseString(overrides)
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir.doctor")),
                problems);
    }

    @Test
    void saysWhatItFindsOnceAfterTheStartUnlessToldOtherwise() {
        assertThat(settings(""))
                .isEqualTo(new DoctorSettings(DoctorSettings.AtStart.SAY, Duration.ZERO, Duration.ofSeconds(10)));
        assertThat(settings("at-start = require, interval = 10 s, timeout = 1 ms"))
                .isEqualTo(new DoctorSettings(
                        DoctorSettings.AtStart.REQUIRE, Duration.ofSeconds(10), Duration.ofMillis(1)));
        assertThat(problems).isEmpty();
    }

    @Test
    void namesEverythingThatIsOutOfRange() {
        settings("at-start = sometimes, interval = 9999 ms, timeout = 0 s");
        assertThat(problems)
                .containsExactly(
                        "weir.doctor.at-start: sometimes (expected: off, say or require)",
                        "weir.doctor.interval: 9999 ms (expected: 0, or at least 10 s)",
                        "weir.doctor.timeout: 0 ms (expected: above 0)");
    }

    @Test
    void doesNotGoBackInTime() {
        settings("interval = -1 s, timeout = -1 s");
        assertThat(problems).hasSize(2);
    }
}
