package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.PromptMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the text of a request that stands outside its prompt: tools, schemas, predictions, and whatever nobody here knows,
 * which an upstream may put before its model all the same. Every string is text, and so is every name of the sender's
 * choosing, such as that of a parameter. No text are names under known settings, what the upstream only compares replies
 * with, and the words of the API and of JSON Schema.
 *
 * <p>What cannot be read is what holds no text by its name, a text that is bytes in base64 or an address of data, and, where
 * no schema is expected, lists of numbers, which may be tokens of a vocabulary that is not ours.
 */
final class RequestFields {

    /** They hold names and numbers that no model is shown. What in them is no name is text. */
    private static final Set<String> SETTINGS = Set.of(
            "model",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options",
            "metadata",
            "service_tier",
            "reasoning_effort",
            "verbosity",
            "modalities",
            "audio",
            "stream_options",
            "logit_bias",
            "stop_token_ids",
            "allowed_token_ids");

    /** The model's own words are compared with them: who forbids a word must be able to name it. */
    private static final Set<String> COMPARED = Set.of("stop", "bad_words");

    /** They describe data, whose fields may have any name and any number. */
    private static final Set<String> SCHEMAS =
            Set.of("tools", "functions", "response_format", "guided_json", "structured_outputs", "json_schema");

    /** Words of the API and of JSON Schema, which say nothing by themselves. */
    private static final Set<String> WORDS = Set.of(
            ("$anchor $comment $defs $id $ref $schema additionalItems additionalProperties allOf allowed_tools anyOf"
                            + " approximate array auto boolean const contains content custom default definition"
                            + " definitions dependentRequired dependentSchemas deprecated description else enum example"
                            + " examples exclusiveMaximum exclusiveMinimum format function functions grammar high if"
                            + " integer items json json_object json_schema lark low maxItems maxLength maxProperties"
                            + " maximum medium minItems minLength minProperties minimum mode multipleOf name none not"
                            + " null nullable number object oneOf output_text parameters pattern patternProperties"
                            + " prefixItems properties propertyNames readOnly regex required schema search_context_size"
                            + " strict string syntax text then title tools type unevaluatedProperties uniqueItems"
                            + " user_location writeOnly")
                    .split(" "));

    /** From so many characters on, letters without a space are taken for bytes. */
    private static final int LEAST_BYTES = 256;

    private static final int LEAST_LINE = 60;

    private final Unread unread;
    private final StringBuilder text = new StringBuilder();
    /** Of the field that is read. */
    private boolean isSetting;

    private boolean isSchema;

    private RequestFields(Unread unread) {
        this.unread = unread;
    }

    /**
     * Its text, one message a field, as if whoever wrote the application had said it.
     *
     * @param prompt the field that is read elsewhere
     */
    static List<PromptMessage> beside(String prompt, ObjectNode request, Unread unread) throws BadRequestException {
        List<PromptMessage> messages = new ArrayList<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = request.properties().iterator(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            String name = field.getKey();
            if (name.equals(prompt) || (COMPARED.contains(name) && areStrings(field.getValue()))) {
                continue;
            }
            RequestFields reader = new RequestFields(unread);
            reader.readField(name, field.getValue(), fields);
            if (!reader.text.isEmpty()) {
                messages.add(new PromptMessage(role(name), reader.text.toString()));
            }
        }
        return messages;
    }

    private static String role(String field) {
        return switch (field) {
            case "prediction" -> "assistant";
            case "suffix" -> "user";
            default -> "system";
        };
    }

    private static boolean areStrings(JsonNode value) {
        if (!value.isArray()) {
            return value.isTextual();
        }
        for (JsonNode each : value) {
            if (!each.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private void readField(String name, JsonNode value, Iterator<?> there) throws BadRequestException {
        isSetting = SETTINGS.contains(name);
        isSchema = SCHEMAS.contains(name);
        if (!ReplyFields.isName(name)) {
            PromptText.add(name, text);
        }
        read(name, value, label(name), there);
    }

    /** @param there where the value was found last */
    private void read(String name, JsonNode value, String path, Iterator<?> there) throws BadRequestException {
        boolean isOther = !isSchema && !isSetting;
        if (isOther && ReplyFields.isNoText(name) && !value.isNull()) {
            unread.found(name, path, there);
        } else if (isOther && value.isArray() && numbers(value) > 1) {
            unread.found("tokens", path, there);
        } else if (value.isTextual() && isData(value.textValue())) {
            unread.found("data", path, there);
        } else if (value.isTextual()) {
            add(value.textValue());
        } else if (value instanceof ObjectNode object) {
            readObject(object, path);
        } else if (value instanceof ArrayNode list) {
            readList(name, list, path);
        }
    }

    private void readObject(ObjectNode object, String path) throws BadRequestException {
        for (Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            add(field.getKey());
            read(field.getKey(), field.getValue(), path + "." + label(field.getKey()), fields);
        }
    }

    private void readList(String name, ArrayNode list, String path) throws BadRequestException {
        Iterator<JsonNode> elements = list.iterator();
        for (int i = 0; elements.hasNext(); i++) {
            JsonNode element = elements.next();
            String at = path + "[" + i + "]";
            String type = element.path("type").asText("");
            if (name.equals("content") && !isSchema && element.isObject() && !PromptText.TEXT_PARTS.contains(type)) {
                unread.found(ReplyFields.isName(type) && !type.isEmpty() ? type : "part", at, elements);
            } else {
                read(name, element, at, elements);
            }
        }
    }

    private void add(String more) {
        if (!WORDS.contains(more) && !(isSetting && ReplyFields.isName(more))) {
            PromptText.add(more, text);
        }
    }

    /** How many are in a list and in lists of it. */
    private static int numbers(JsonNode list) {
        int numbers = 0;
        for (JsonNode each : list) {
            numbers += each.isNumber() ? 1 : each.isArray() ? numbers(each) : 0;
        }
        return numbers;
    }

    /** Whether it is bytes in base64, in one line or several, or an address that holds its data. */
    private static boolean isData(String value) {
        if (value.regionMatches(true, 0, "data:", 0, "data:".length())) {
            String type = value.substring(0, Math.max(0, value.indexOf(',')));
            return type.indexOf('/') > 0 && ReplyFields.isName(type);
        }
        if (value.length() < LEAST_BYTES) {
            return false;
        }
        int line = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r') {
                continue;
            }
            if (c == '\n') {
                if (line < LEAST_LINE) {
                    return false;
                }
                line = 0;
            } else if (isBase64(c)) {
                line++;
            } else {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '-'
                || c == '_'
                || c == '=';
    }

    /** What an error can name it by. */
    private static String label(String name) {
        return ReplyFields.isName(name) && !name.isEmpty() ? name : "field";
    }
}
