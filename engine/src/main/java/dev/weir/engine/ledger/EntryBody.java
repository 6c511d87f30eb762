package dev.weir.engine.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is kept, as bodies of entries and back. A body leaves out what the entry's columns say. */
final class EntryBody {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private static final List<String> RECEIPT_COLUMNS = List.of("id", "tenant", "streamUid", "atMillis");
    private static final List<String> REVIEW_COLUMNS = List.of("id", "tenant", "receipt", "atMillis");
    private static final List<String> STREAM_COLUMNS = List.of("uid", "tenant", "endedMillis", "trace", "text");

    /**
     * What an entry of the kind {@link Kind#CHECKPOINT} says of its chain.
     *
     * @param through last sequence number that was pruned, over all checkpoints so far
     * @param pruned how many entries of the chain, over all checkpoints so far
     * @param last hash of the last of them, which the oldest entry kept follows from
     * @param tracesThrough entries up to here may lack their trace
     * @param textsThrough and up to here their text
     */
    record Checkpoint(long through, long pruned, String last, long tracesThrough, long textsThrough) {}

    private EntryBody() {}

    static String of(Receipt receipt) {
        return write(tree(receipt).without(RECEIPT_COLUMNS));
    }

    static String of(Review review) {
        return write(tree(review).without(REVIEW_COLUMNS));
    }

    static String of(Definition definition) {
        return write(JSON.createObjectNode().put("json", definition.json()));
    }

    static String of(OperatorAction action) {
        return write(JSON.createObjectNode().put("outcome", action.outcome()));
    }

    static String of(Checkpoint checkpoint) {
        return write(tree(checkpoint));
    }

    /** @param sealedText null when none is kept */
    static String of(StreamRecord stream, byte @Nullable [] sealedText) {
        ObjectNode body = tree(stream).without(STREAM_COLUMNS);
        if (stream.trace().length > 0) {
            body.put("trace", digest(stream.trace()));
        }
        if (sealedText != null) {
            body.put("text", digest(sealedText));
        }
        return write(body);
    }

    static String empty() {
        return "{}";
    }

    static String digest(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ReceiptId.sha256(bytes));
    }

    static Receipt receipt(Entry entry) {
        return read(
                entry.body(),
                body -> body.put("id", entry.id())
                        .put("tenant", entry.tenant())
                        .put("streamUid", entry.about())
                        .put("atMillis", entry.atMillis()),
                Receipt.class);
    }

    static Review review(Entry entry) {
        return read(
                entry.body(),
                body -> body.put("id", entry.id())
                        .put("tenant", entry.tenant())
                        .put("receipt", entry.about())
                        .put("atMillis", entry.atMillis()),
                Review.class);
    }

    /** @param trace empty when it was pruned, or there never was one */
    static StreamRecord stream(Entry entry, byte[] trace) {
        return read(
                entry.body(),
                body -> body.put("uid", entry.id())
                        .put("tenant", entry.tenant())
                        .put("endedMillis", entry.atMillis())
                        .put("trace", trace)
                        .remove("text"),
                StreamRecord.class);
    }

    static Definition definition(Entry entry) {
        int colon = entry.id().indexOf(':');
        return new Definition(
                entry.id().substring(0, colon),
                entry.id().substring(colon + 1),
                parse(entry.body()).path("json").asText());
    }

    static Checkpoint checkpoint(Entry entry) {
        return read(entry.body(), body -> {}, Checkpoint.class);
    }

    /** The digest under a name such as {@code trace}; empty when there is none. */
    static String digestOf(Entry entry, String name) {
        return parse(entry.body()).path(name).asText("");
    }

    static ObjectNode parse(String body) {
        try {
            JsonNode tree = JSON.readTree(body);
            if (tree instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("an entry's body is not JSON: see ledger verify", e);
        }
        throw new IllegalArgumentException("an entry's body is not an object: see ledger verify");
    }

    private static ObjectNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    private static String write(JsonNode body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree is always JSON", e);
        }
    }

    private static <T> T read(String body, Consumer<ObjectNode> columns, Class<T> type) {
        ObjectNode tree = parse(body);
        columns.accept(tree);
        try {
            return JSON.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("an entry's body is not what its kind says: see ledger verify", e);
        }
    }
}
