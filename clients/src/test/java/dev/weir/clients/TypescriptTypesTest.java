package dev.weir.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weir.protocol.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds messages.ts to asyncapi.yaml, which another test holds to the Java records. */
class TypescriptTypesTest {

    private static final String TYPES = read();
    private static final JsonNode SCHEMAS = document().at("/components/schemas");
    private static final Pattern INTERFACE = Pattern.compile("(?s)export interface (\\w+) \\{\n(.*?)\n}");
    private static final Pattern FIELD = Pattern.compile("(?m)^  (\\w+)(\\??): (.+);$");
    private static final Pattern CHOICE = Pattern.compile("(?s)export type (\\w+) =\\s*(.*?);");

    /** What a message is called here, where that is not its type with a capital. */
    private static final Map<String, String> NAMES =
            Map.of("feedback_recorded", "FeedbackRecorded", "error", "ErrorMessage");

    static Stream<String> objects() {
        return names(schema -> schema.has("properties"));
    }

    static Stream<String> choices() {
        return names(schema -> schema.has("enum"));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void hasEveryFieldOfEveryMessageOfTheSameKindAndAsOptional(String schema) {
        JsonNode described = SCHEMAS.path(schema);
        Set<String> required = new TreeSet<>();
        described.path("required").forEach(name -> required.add(name.asText()));
        Map<String, String> expected = new TreeMap<>();
        described
                .path("properties")
                .properties()
                .forEach(field -> expected.put(
                        field.getKey() + (required.contains(field.getKey()) ? "" : "?"), kind(field.getValue())));
        assertThat(fields(NAMES.getOrDefault(schema, capital(schema)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("choices")
    void hasEveryConstantOfEveryEnum(String schema) {
        Set<String> expected = new TreeSet<>();
        SCHEMAS.path(schema).path("enum").forEach(constant -> expected.add("'" + constant.asText() + "'"));
        assertThat(choice(schema)).isEqualTo(expected);
    }

    @Test
    void listsTheMessagesOfEachSide() {
        assertThat(choice("ClientMessage")).isEqualTo(side("fromClient"));
        assertThat(choice("ServerMessage")).isEqualTo(side("fromServer"));
    }

    private static Set<String> side(String operation) {
        return StreamSupport.stream(
                        document().at("/operations/" + operation + "/messages").spliterator(), false)
                .map(reference -> reference.path("$ref").asText().replace("#/channels/stream/messages/", ""))
                .map(name -> NAMES.getOrDefault(name, capital(name)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> names(Predicate<JsonNode> wanted) {
        return SCHEMAS.properties().stream()
                .filter(schema -> wanted.test(schema.getValue()))
                .map(Map.Entry::getKey);
    }

    private static Map<String, String> fields(String name) {
        Matcher found = INTERFACE
                .matcher(TYPES)
                .results()
                .filter(match -> match.group(1).equals(name))
                .findFirst()
                .map(match -> FIELD.matcher(match.group(2)))
                .orElseThrow();
        Map<String, String> fields = new TreeMap<>();
        while (found.find()) {
            fields.put(found.group(1) + found.group(2), found.group(3));
        }
        return fields;
    }

    private static Set<String> choice(String name) {
        return CHOICE.matcher(TYPES)
                .results()
                .filter(match -> match.group(1).equals(name))
                .flatMap(match -> Stream.of(match.group(2).split("\\|")))
                .map(String::strip)
                .filter(constant -> !constant.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String kind(JsonNode property) {
        if (property.has("const")) {
            return "'" + property.path("const").asText() + "'";
        }
        if (property.has("$ref")) {
            String name = property.path("$ref").asText().replace("#/components/schemas/", "");
            JsonNode target = SCHEMAS.path(name);
            return target.has("enum") || target.has("properties") ? name : kind(target);
        }
        if (property.path("type").isArray()) {
            return property.path("type").path(0).asText() + " | null";
        }
        return switch (property.path("type").asText()) {
            case "integer", "number" -> "number";
            case "array" -> kind(property.path("items")) + "[]";
            case "object" -> "Record<string, string>";
            default -> property.path("type").asText();
        };
    }

    private static String capital(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static String read() {
        try {
            return Files.readString(
                    Path.of(System.getProperty("weir.repository"), "clients", "typescript", "src", "messages.ts"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode document() {
        try (InputStream yaml = JsonCodec.class.getResourceAsStream("/asyncapi.yaml")) {
            return new ObjectMapper(new YAMLFactory()).readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
