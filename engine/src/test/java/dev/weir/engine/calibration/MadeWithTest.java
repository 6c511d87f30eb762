package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MadeWithTest {

    private static final MadeWith CALIBRATED = new MadeWith(
            Map.of("causal", new MadeWith.Build("1", "0123456789abcdef"), "lexicon", new MadeWith.Build("1", "")),
            Map.of("stop-rule.prior", 0.02));

    @Test
    void doesNotDifferFromTheSame() {
        assertThat(CALIBRATED.differences(new MadeWith(CALIBRATED.experts(), CALIBRATED.settings())))
                .isEmpty();
    }

    @Test
    void namesAnotherBuildOfAnExpertWithBothVersions() {
        MadeWith now = new MadeWith(
                Map.of("causal", new MadeWith.Build("2", "ffff456789abcdef"), "lexicon", new MadeWith.Build("1", "")),
                CALIBRATED.settings());
        assertThat(CALIBRATED.differences(now))
                .containsExactly("expert causal: found version 2, sha256 ffff456789ab, calibrated with version 1,"
                        + " sha256 0123456789ab");
    }

    @Test
    void namesExpertsThatAreGoneOrNew() {
        MadeWith now = new MadeWith(
                Map.of("causal", new MadeWith.Build("1", "0123456789abcdef"), "minilm", new MadeWith.Build("3", "")),
                CALIBRATED.settings());
        assertThat(CALIBRATED.differences(now))
                .containsExactly(
                        "expert lexicon: found none, calibrated with version 1",
                        "expert minilm: found version 3, calibrated without it");
    }

    @Test
    void namesASettingWithBothValues() {
        assertThat(CALIBRATED.differences(new MadeWith(CALIBRATED.experts(), Map.of("stop-rule.prior", 0.05))))
                .containsExactly("stop-rule.prior: found 0.05, calibrated with 0.02");
    }
}
