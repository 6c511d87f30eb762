package dev.weir.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.weir.engine.telemetry.Telemetry;
import dev.weir.models.Category;
import dev.weir.protocol.Mode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetersTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Telemetry telemetry = new Telemetry(registry);
    private final Meters meters = new Meters(registry);

    private void decided(int times, long millis) {
        for (int i = 0; i < times; i++) {
            telemetry.of(Mode.GATE).decided(TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    private double[] latency() {
        return meters.percentiles("weir.decision.latency", 0.5, 0.99);
    }

    @Test
    void percentilesAreOfWhatCameSinceTheLastLook() {
        decided(1_000, 900);
        assertThat(latency()).as("what came before the first look is nobody's").containsOnly(Double.NaN);
        decided(98, 3);
        decided(2, 150);
        double[] recent = latency();
        assertThat(recent[0]).isBetween(2.0, 5.0);
        assertThat(recent[1]).isBetween(100.0, 200.0);
        assertThat(latency()).containsOnly(Double.NaN);
    }

    /** A counter is made when it is counted for the first time, and that time counts too. */
    @Test
    void whatIsCountedForTheFirstTimeIsNew() {
        telemetry.streamEnded("pass", Mode.GATE, "default", null);
        meters.sinceLast(1);
        assertThat(meters.rates("weir.streams.ended", "outcome")).isEmpty();
        telemetry.streamEnded("stopped", Mode.GATE, "default", Category.PRIVACY);
        meters.sinceLast(1);
        assertThat(meters.rates("weir.streams.ended", "outcome")).containsExactly(entry("stopped", 1.0));
    }

    @Test
    void countersAreRatesAndRunsAreMeans() {
        meters.rate("weir.tokens.decided");
        meters.timer("weir.batch.service", "expert", "e");
        telemetry.batchScored("e", 1, 1, 0, 0);
        meters.timer("weir.batch.service", "expert", "e");
        telemetry.tokensDecided(500);
        telemetry.batchScored("e", 3, 10, 0, TimeUnit.MILLISECONDS.toNanos(20));
        telemetry.batchScored("e", 5, 10, 0, TimeUnit.MILLISECONDS.toNanos(40));
        meters.sinceLast(2);
        assertThat(meters.rate("weir.tokens.decided")).isEqualTo(250);
        Meters.Recent runs = meters.timer("weir.batch.service", "expert", "e");
        assertThat(runs.perSecond()).isEqualTo(1);
        assertThat(runs.mean()).isCloseTo(30, within(0.01));
    }
}
