package dev.weir.engine.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.models.Category;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of a data file.
 *
 * @param id the row's own, else its file and line
 * @param role {@code prompt} is moderated as what a reply answers, {@code response} and {@code post} as the reply
 * @param prompt what {@code text} answers; null when unknown
 * @param categories the kinds of harm the row names; names outside the protocol's list are left out
 * @param split {@code train} or {@code dev}; null when the file is not split
 * @param spanStart where the first annotated harmful span begins, in code points; -1 when there is none
 */
public record LabelledText(
        String id,
        String role,
        @Nullable String prompt,
        String text,
        boolean harmful,
        Set<Category> categories,
        @Nullable String split,
        int spanStart) {

    /** Whether the text itself is a request to a model. */
    public boolean isPrompt() {
        return role.equals("prompt");
    }

    /**
     * @param place of the row, for rows without an id
     * @throws IllegalArgumentException naming the field at fault and what was expected; holds none of the text
     */
    static LabelledText of(JsonNode row, String place) {
        if (!row.isObject()) {
            throw new IllegalArgumentException("not a JSON object");
        }
        JsonNode text = row.path("text");
        if (!text.isTextual() || text.textValue().isEmpty()) {
            throw new IllegalArgumentException("text: " + kind(text) + " (expected: a string that is not empty)");
        }
        JsonNode label = row.path("label");
        if (!label.isInt() || label.intValue() < 0 || label.intValue() > 1) {
            throw new IllegalArgumentException("label: " + kind(label) + " (expected: 0 or 1)");
        }
        String role = row.path("role").asText("response");
        if (!role.equals("prompt") && !role.equals("response") && !role.equals("post")) {
            throw new IllegalArgumentException("role: another value (expected: prompt, response or post)");
        }
        JsonNode prompt = row.path("prompt");
        JsonNode id = row.path("id");
        return new LabelledText(
                id.isTextual() || id.isIntegralNumber() ? id.asText() : place,
                role,
                prompt.isTextual() && !prompt.textValue().isEmpty() ? prompt.textValue() : null,
                text.textValue(),
                label.intValue() == 1,
                categories(row.path("categories")),
                row.path("split").isTextual() ? row.path("split").textValue() : null,
                firstSpan(row.path("spans")));
    }

    private static Set<Category> categories(JsonNode names) {
        Set<Category> categories = EnumSet.noneOf(Category.class);
        names.forEach(name -> Category.ofWireName(name.asText()).ifPresent(categories::add));
        return categories;
    }

    private static int firstSpan(JsonNode spans) {
        int first = -1;
        for (JsonNode span : spans) {
            if (span.path(0).isInt() && (first < 0 || span.path(0).intValue() < first)) {
                first = span.path(0).intValue();
            }
        }
        return first;
    }

    private static String kind(JsonNode value) {
        return value.isMissingNode()
                ? "missing"
                : value.isTextual() ? "an empty string" : value.getNodeType().name();
    }
}
