package dev.weir.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Severity;
import org.junit.jupiter.api.Test;

class PolicyTest {

    @Test
    void callsNothingSafeThatItStopped() {
        assertThat(Policy.severity(true, 0.26)).isEqualTo(Severity.CONTROVERSIAL);
        assertThat(Policy.severity(true, 0.8)).isEqualTo(Severity.UNSAFE);
        assertThat(Policy.severity(false, 0.26)).isEqualTo(Severity.SAFE);
        assertThat(Policy.severity(false, 0.5)).isEqualTo(Severity.CONTROVERSIAL);
    }
}
