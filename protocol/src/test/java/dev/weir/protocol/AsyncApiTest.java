package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the document to the records, both ways: what one has, the other has, with the same kind of value. */
class AsyncApiTest {

    /** Read leniently although a record always has them: an absent one means a default. */
    private static final Set<String> DEFAULTED = Set.of(
            "open.units",
            "open.channel",
            "open.messages",
            "open.meta",
            "feedback.categories",
            "released.coarse",
            "released.unscored",
            "released.asleep",
            "ended.coarse",
            "ended.unscored",
            "ended.asleep",
            "flagged.late",
            "error.final");

    /** Null in a record, yet always written. */
    private static final Set<String> WRITTEN_AS_NULL = Set.of("stopped.rule");

    private static final JsonNode DOCUMENT = read();

    static Stream<Class<?>> messages() {
        return Stream.of(ClientMessage.class, ServerMessage.class).flatMap(AsyncApiTest::messagesOf);
    }

    /** Without the delta as bytes, which is no JSON: weir.proto describes it. */
    private static Stream<Class<?>> messagesOf(Class<?> side) {
        return Arrays.<Class<?>>stream(side.getPermittedSubclasses())
                .filter(message -> message != ClientMessage.Utf8Delta.class);
    }

    static Stream<Class<?>> enums() {
        return Arrays.stream(WireName.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void describesEveryFieldOfEveryMessage(Class<?> message) {
        String type = typeOf(message);
        JsonNode properties = schema(type).path("properties");
        Map<String, String> described = new TreeMap<>();
        properties.fieldNames().forEachRemaining(name -> described.put(name, kindOf(properties.path(name))));
        assertThat(described.remove("type")).isEqualTo("const " + type);
        assertThat(described).isEqualTo(kindsOf(message));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void saysWhichFieldsAreRequired(Class<?> message) {
        String type = typeOf(message);
        Set<String> required = new TreeSet<>(Set.of("type"));
        for (RecordComponent component : message.getRecordComponents()) {
            String path = type + "." + wireName(component);
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if ((!nullable && !DEFAULTED.contains(path)) || WRITTEN_AS_NULL.contains(path)) {
                required.add(wireName(component));
            }
        }
        assertThat(strings(schema(type).path("required"))).containsExactlyInAnyOrderElementsOf(required);
    }

    @Test
    void listsTheMessagesOfEachSideAndNoOthers() {
        assertThat(operation("fromClient")).isEqualTo(typesOf(ClientMessage.class));
        assertThat(operation("fromServer")).isEqualTo(typesOf(ServerMessage.class));
        Set<String> all = messages().map(AsyncApiTest::typeOf).collect(Collectors.toCollection(TreeSet::new));
        assertThat(names(DOCUMENT.at("/components/messages"))).isEqualTo(all);
        assertThat(names(DOCUMENT.at("/channels/stream/messages"))).isEqualTo(all);
    }

    @ParameterizedTest
    @MethodSource("enums")
    void listsTheConstantsOfEveryEnum(Class<?> type) {
        assertThat(strings(schema(type.getSimpleName()).path("enum")))
                .containsExactlyElementsOf(Arrays.stream(type.getEnumConstants())
                        .map(constant -> ((WireName) constant).wireName())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("nested")
    void describesTheObjectsInsideMessages(Class<?> type) {
        JsonNode properties = schema(type.getSimpleName()).path("properties");
        Map<String, String> described = new TreeMap<>();
        properties.fieldNames().forEachRemaining(name -> described.put(name, kindOf(properties.path(name))));
        assertThat(described).isEqualTo(kindsOf(type));
        assertThat(strings(schema(type.getSimpleName()).path("required")))
                .containsExactlyInAnyOrderElementsOf(described.keySet());
    }

    static Stream<Class<?>> nested() {
        return Stream.of(PromptMessage.class, ServerMessage.PromptVerdict.class);
    }

    @Test
    void listsTheSubprotocols() {
        JsonNode header = DOCUMENT.at("/channels/stream/bindings/ws/headers/properties/Sec-WebSocket-Protocol");
        assertThat(strings(header.path("enum")))
                .containsExactlyElementsOf(Arrays.stream(Subprotocol.values())
                        .map(Subprotocol::wireName)
                        .toList());
        assertThat(header.path("default").asText()).isEqualTo(Subprotocol.JSON.wireName());
    }

    @Test
    void listsEveryCloseCodeWithItsReason() {
        Map<String, String> described = new TreeMap<>();
        JsonNode codes = DOCUMENT.path("x-close-codes");
        codes.fieldNames()
                .forEachRemaining(code -> described.put(code, codes.path(code).asText()));
        assertThat(described)
                .isEqualTo(Arrays.stream(CloseCode.values())
                        .collect(Collectors.toMap(code -> String.valueOf(code.status()), CloseCode::reason)));
    }

    @Test
    void listsTheTwentyTwoCategories() {
        assertThat(strings(schema("Category").path("enum"))).hasSize(22).doesNotHaveDuplicates();
    }

    @Test
    void pointsNowhereThatDoesNotExist() {
        assertThat(DOCUMENT.findValuesAsText("$ref"))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                DOCUMENT.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    /** Reader and records agree on a name only if a field table row exists for each component. */
    @Test
    void knowsEveryComponentAsAFieldOfTheReader() {
        assertThat(messages().flatMap(message -> kindsOf(message).keySet().stream()))
                .allSatisfy(name -> assertThat(Field.named(name)).as(name).isNotNull());
    }

    private static Map<String, String> kindsOf(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .collect(Collectors.toMap(AsyncApiTest::wireName, AsyncApiTest::kindOf, (a, b) -> a, TreeMap::new));
    }

    private static String kindOf(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return "string";
        } else if (type == int.class || type == Integer.class) {
            return "integer";
        } else if (type == double.class) {
            return "number";
        } else if (type == boolean.class) {
            return "boolean";
        } else if (type == Map.class) {
            return "object";
        } else if (type == List.class) {
            Class<?> element = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            return "array of " + (element == String.class ? "string" : element.getSimpleName());
        }
        return type.getSimpleName();
    }

    private static String kindOf(JsonNode property) {
        if (property.has("const")) {
            return "const " + property.path("const").asText();
        }
        if (property.has("$ref")) {
            String name = property.path("$ref").asText().replace("#/components/schemas/", "");
            JsonNode target = schema(name);
            boolean plain = !target.has("enum") && !target.path("type").asText().equals("object");
            return plain || name.equals("Category") ? target.path("type").asText() : name;
        }
        JsonNode type = property.path("type");
        if (type.isArray()) {
            return type.path(0).asText();
        }
        return type.asText().equals("array") ? "array of " + kindOf(property.path("items")) : type.asText();
    }

    /** The type a message writes of itself, asked of one that is otherwise empty. */
    private static String typeOf(Class<?> message) {
        Object[] nothings = Arrays.stream(message.getRecordComponents())
                .map(component -> nothing(component.getType()))
                .toArray();
        try {
            Object empty = canonical(message).newInstance(nothings);
            return empty instanceof ClientMessage client ? client.type() : ((ServerMessage) empty).type();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(message + " cannot be made", e);
        }
    }

    private static Constructor<?> canonical(Class<?> record) throws NoSuchMethodException {
        Constructor<?> constructor = record.getDeclaredConstructor(Arrays.stream(record.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        return constructor;
    }

    private static Object nothing(Class<?> type) {
        if (type == int.class) {
            return 0;
        } else if (type == double.class) {
            return 0.0;
        } else if (type == boolean.class) {
            return false;
        } else if (type == List.class) {
            return List.of();
        }
        return type == Map.class ? Map.of() : null;
    }

    private static Set<String> typesOf(Class<?> side) {
        return messagesOf(side).map(AsyncApiTest::typeOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> operation(String name) {
        return StreamSupport.stream(
                        DOCUMENT.at("/operations/" + name + "/messages").spliterator(), false)
                .map(reference -> reference.path("$ref").asText().replace("#/channels/stream/messages/", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String wireName(RecordComponent component) {
        return component.getName().equals("isFinal") ? "final" : component.getName(); // final is a word of Java's
    }

    private static JsonNode schema(String name) {
        JsonNode schema = DOCUMENT.path("components").path("schemas").path(name);
        assertThat(schema.isMissingNode()).as("schema " + name + " is missing").isFalse();
        return schema;
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode read() {
        try (InputStream yaml = JsonCodec.class.getResourceAsStream("/asyncapi.yaml")) {
            return new ObjectMapper(new YAMLFactory()).readTree(yaml);
        } catch (IOException e) {
            throw new AssertionError("asyncapi.yaml is not YAML", e);
        }
    }
}
