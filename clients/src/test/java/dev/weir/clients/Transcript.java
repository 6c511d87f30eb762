package dev.weir.clients;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.weir.protocol.Units;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One conversation between a user, a client and a server, line by line, as {@code conformance/README.md} describes it.
 *
 * @param name of its file, and of the value it was made for where the file has several
 * @param header its first line
 * @param lines all others
 */
record Transcript(String name, JsonNode header, List<JsonNode> lines) {

    /** Writes ASCII only: half a surrogate pair has to survive the way through a pipe. */
    static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** Every transcript of a folder, in the order of their names. */
    static List<Transcript> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One, or with {@code each} in its header one for each value. */
    private static List<Transcript> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            JsonNode header = JSON.readTree(lines.getFirst());
            String name = file.getFileName().toString().replace(".jsonl", "");
            if (!header.has("each")) {
                return List.of(new Transcript(name, header, parse(lines, "")));
            }
            List<Transcript> transcripts = new ArrayList<>();
            for (JsonNode value : header.path("each")) {
                transcripts.add(new Transcript(name + " " + value, header, parse(lines, value.toString())));
            }
            return transcripts;
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private static List<JsonNode> parse(List<String> lines, String each) throws IOException {
        List<JsonNode> parsed = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            parsed.add(JSON.readTree(line.replace("\"$each\"", each)));
        }
        return parsed;
    }

    /** Whether a client of this kind plays it. */
    boolean isFor(ClientKind kind) {
        JsonNode some = header.path("for");
        return (some.isMissingNode() || JSON.convertValue(some, List.class).contains(kind.language()))
                && !(header.path("json").asBoolean() && kind.isProto())
                && (header.path("socket").asBoolean() || kind != ClientKind.TYPESCRIPT_GLOBAL)
                && !(header.path("sees_status").asBoolean() && !kind.seesStatus());
    }

    /** The lines as a client counting in this unit plays them. */
    List<JsonNode> in(Units units) {
        return lines.stream().map(line -> resolve(line, units)).toList();
    }

    private static JsonNode resolve(JsonNode node, Units units) {
        if (node instanceof ObjectNode object) {
            if (object.has(Units.CODEPOINT.wireName())) {
                return resolve(object.path(units.wireName()), units);
            }
            if (object.has("repeat")) {
                return new TextNode(object.path("repeat")
                        .asText()
                        .repeat(object.path("times").asInt()));
            }
            ObjectNode resolved = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(field -> resolved.set(field.getKey(), resolve(field.getValue(), units)));
            return resolved;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode resolved = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> resolved.add(resolve(element, units)));
            return resolved;
        }
        return node;
    }

    @Override
    public String toString() {
        return name;
    }
}
