package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.models.Category;
import dev.weir.protocol.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The wire and the experts do not know each other, so that they name the same categories is held here. */
class CategoriesTest {

    @Test
    void theWiresDocumentListsTheCategoriesThatExpertsVoteOn() throws IOException {
        try (InputStream document = Objects.requireNonNull(JsonCodec.class.getResourceAsStream("/asyncapi.yaml"))) {
            List<String> lines = new String(document.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .toList();
            int first = lines.indexOf("- violent_crimes");
            List<String> listed = lines.subList(first, lines.size()).stream()
                    .takeWhile(line -> line.startsWith("- "))
                    .map(line -> line.substring(2))
                    .toList();
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(Category.values())
                            .map(Category::wireName)
                            .toList());
        }
    }
}
