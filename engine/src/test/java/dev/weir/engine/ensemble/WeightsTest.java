package dev.weir.engine.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.models.Category;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightsTest {

    private final Weights weights = new Weights(
            7,
            Map.of("ngram", 4.0, "causal", 1.0),
            Map.of(Category.HATE, Map.of("ngram", 2.0)),
            Map.of("acme", Map.of(Category.HATE, Map.of("ngram", 3.0), Category.FRAUD_SCAMS, Map.of("causal", 5.0))));

    @Test
    void saysWhatWasLearnedForACategoryBeforeWhatWasSet() {
        assertThat(weights.of("ngram", Category.HATE)).isEqualTo(2);
        assertThat(weights.of("ngram", Category.PRIVACY)).isEqualTo(4);
        assertThat(weights.of("causal", Category.HATE)).isEqualTo(1);
        assertThat(weights.of("new", Category.HATE)).isEqualTo(Weights.DEFAULT);
    }

    @Test
    void givesATenantItsOwnAndNobodyElses() {
        Weights acme = weights.forTenant("acme");
        assertThat(acme.of("ngram", Category.HATE)).isEqualTo(3);
        assertThat(acme.of("causal", Category.FRAUD_SCAMS)).isEqualTo(5);
        assertThat(acme.byTenant()).isEmpty();
        assertThat(acme.version()).isEqualTo(7);
        assertThat(weights.forTenant("zenith").of("ngram", Category.HATE)).isEqualTo(2);
    }

    @Test
    void comesBackFromJsonAsItWas() throws Exception {
        ObjectMapper json = new ObjectMapper();
        String written = json.writeValueAsString(weights);
        assertThat(json.readValue(written, Weights.class)).isEqualTo(weights);
        assertThat(json.writeValueAsString(json.readValue(written, Weights.class)))
                .isEqualTo(written);
    }
}
