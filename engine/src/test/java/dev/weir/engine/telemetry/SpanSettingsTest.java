package dev.weir.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpanSettingsTest {

    private final List<String> problems = new ArrayList<>();

    private SpanSettings settings(String overrides) {
        return SpanSettings.from(
                ConfigFactory.parseString(overrides)
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir.telemetry.traces")),
                problems);
    }

    @Test
    void areOffByDefault() {
        assertThat(settings("").isOn()).isFalse();
        assertThat(problems).isEmpty();
    }

    @Test
    void sayAllThatIsWrongAtOnce() {
        settings("""
                endpoint = "collector:4317"
                sample-ratio = 1.5
                service-name = ""
                max-queue = 10
                max-batch = 11
                interval = 0 s
                """);
        assertThat(problems)
                .containsExactly(
                        "weir.telemetry.traces.endpoint: collector:4317 (expected: a URL such as"
                                + " http://localhost:4318/v1/traces, or \"\" for no traces)",
                        "weir.telemetry.traces.sample-ratio: 1.5 (expected: 0 to 1)",
                        "weir.telemetry.traces.service-name: empty (expected: a name such as weir)",
                        "weir.telemetry.traces.max-batch: 11 (expected: 1 to max-queue, 10)",
                        "weir.telemetry.traces.interval: 0 ms (expected: above 0)");
    }

    @Test
    void readNamesWithDotsInQuotesOrWithout() {
        SpanSettings settings = settings("""
                resource { deployment.environment.name = production, "service.instance.id" = a }
                headers { X-Token = secret }
                """);
        assertThat(settings.resource())
                .isEqualTo(Map.of("deployment.environment.name", "production", "service.instance.id", "a"));
        assertThat(settings.headers()).containsEntry("X-Token", "secret");
        assertThat(settings).asString().doesNotContain("secret");
    }
}
