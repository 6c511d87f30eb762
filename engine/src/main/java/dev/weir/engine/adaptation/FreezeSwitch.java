package dev.weir.engine.adaptation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.engine.ledger.Definition;
import dev.weir.engine.ledger.LedgerReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether learning is frozen, as the ledger keeps it for one server.
 *
 * @param heeded version of the weights whose alarm is known, and need not freeze learning again; 0 for none
 * @param atMillis when it was last switched
 */
record FreezeSwitch(boolean on, long heeded, long atMillis) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Null when nobody switched it yet. */
    static @Nullable FreezeSwitch read(LedgerReader ledger, String node) {
        Optional<Definition> found = ledger.definition(Definition.SWITCH, id(node));
        try {
            if (found.isPresent()) {
                JsonNode json = JSON.readTree(found.get().json());
                return new FreezeSwitch(
                        json.path("on").asBoolean(true),
                        json.path("heeded").asLong(),
                        json.path("atMillis").asLong());
            }
            return null;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    Definition definition(String node) {
        return new Definition(
                Definition.SWITCH,
                id(node),
                JSON.createObjectNode()
                        .put("on", on)
                        .put("heeded", heeded)
                        .put("atMillis", atMillis)
                        .toString());
    }

    private static String id(String node) {
        return "weights-frozen:" + node;
    }
}
