package dev.weir.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.ledger.Definition;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DefinitionsTest {

    @Property(tries = 300)
    void aPolicyIsReadAsItWasWritten(@ForAll long seed) throws MalformedTraceException {
        Policy policy = new RandomStreams(seed).policy();
        Definition definition = Definitions.of(policy);
        assertThat(Definitions.policy(definition)).isEqualTo(policy);
        assertThat(Definitions.of(Definitions.policy(definition))).isEqualTo(definition);
        assertThat(definition.id()).isEqualTo(policy.id());
    }

    @Property(tries = 300)
    void weightsAreReadAsTheyWereWritten(@ForAll long seed) throws MalformedTraceException {
        RandomStreams random = new RandomStreams(seed);
        Policy policy = random.policy();
        WeightsVersion version = new WeightsVersion(
                random.weights(), Map.of(policy.name(), policy.stopThresholds()), 3, "learned", "basis");
        assertThat(Definitions.weights(Definitions.of(version))).isEqualTo(version);
    }

    @Test
    void namesTheDefinitionItCannotRead() {
        assertThatThrownBy(() -> Definitions.policy(new Definition(Definition.POLICY, "default@1", "{\"name\":\"x\"}")))
                .isInstanceOf(MalformedTraceException.class)
                .hasMessageStartingWith("definition of policy default@1: ");
    }
}
