package dev.weir.engine.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.ledger.Definition;

/**
 * Policies and weights as the ledger keeps them, so that a recorded stream can be decided again when no setting and no
 * server of that time is left. What is read is equal to what was written; equal ones are written alike.
 */
public final class Definitions {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private Definitions() {}

    public static Definition of(Policy policy) {
        return new Definition(Definition.POLICY, policy.id(), write(policy));
    }

    public static Definition of(WeightsVersion version) {
        return new Definition(Definition.WEIGHTS, Long.toString(version.number()), write(version));
    }

    /** @throws MalformedTraceException when it does not define a policy */
    public static Policy policy(Definition definition) throws MalformedTraceException {
        return read(definition, Policy.class);
    }

    /** @throws MalformedTraceException when it does not define weights */
    public static WeightsVersion weights(Definition definition) throws MalformedTraceException {
        return read(definition, WeightsVersion.class);
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass().getSimpleName() + " cannot be written as JSON", e);
        }
    }

    private static <T> T read(Definition definition, Class<T> type) throws MalformedTraceException {
        try {
            return JSON.readValue(definition.json(), type);
        } catch (JsonProcessingException e) {
            throw new MalformedTraceException(
                    "definition of " + definition.kind() + " " + definition.id() + ": " + e.getOriginalMessage(), e);
        }
    }
}
