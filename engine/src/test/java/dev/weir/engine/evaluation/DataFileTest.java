package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.models.Category;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileTest {

    private static final String ROWS = """
            {"text":"a","label":0,"split":"train"}
            {"text":"b","label":1,"split":"dev","role":"post","spans":[[9,12],[4,6]]}

            {"text":"c","label":0,"split":"dev","role":"prompt","prompt":null,"spans":[]}
            """;

    @TempDir
    Path folder;

    @Test
    void keepsTheDevRowsOfAFileThatIsSplit() throws IOException {
        assertThat(DataFile.read(file(ROWS), null, 10))
                .extracting(LabelledText::text)
                .containsExactly("b", "c");
    }

    @Test
    void keepsTheSplitAskedFor() throws IOException {
        assertThat(DataFile.read(file(ROWS), "train", 10))
                .extracting(LabelledText::text)
                .containsExactly("a");
    }

    @Test
    void keepsAllRowsOfAFileThatIsNotSplit() throws IOException {
        assertThat(DataFile.read(file("{\"text\":\"a\",\"label\":0}\n{\"text\":\"b\",\"label\":1}\n"), null, 10))
                .hasSize(2);
    }

    @Test
    void knowsGzipByItsContent() throws IOException {
        Path gzip = folder.resolve("no-ending");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(ROWS.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(DataFile.read(gzip, null, 10)).hasSize(2);
    }

    @Test
    void findsTheFirstSpanWhateverTheirOrder() throws IOException {
        assertThat(DataFile.read(file(ROWS), null, 10))
                .extracting(LabelledText::spanStart)
                .containsExactly(4, -1);
    }

    @Test
    void takesALimitedNumberFromAllOverTheFile() {
        assertThat(DataFile.spread(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 3)).containsExactly(0, 3, 6);
    }

    @Test
    void namesTheLineAndTheFieldThatIsWrong() throws IOException {
        Path wrong = file("{\"text\":\"a\",\"label\":0}\n{\"text\":\"secret words\",\"label\":2}\n");
        assertThatThrownBy(() -> DataFile.read(wrong, null, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2: label: NUMBER (expected: 0 or 1)")
                .hasMessageNotContaining("secret");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("rows.jsonl"), content);
    }

    @Test
    void namesARowWithoutAnIdByItsFileAndLine() throws IOException {
        assertThat(DataFile.read(
                        file("{\"text\":\"a\",\"label\":0,\"id\":7}\n\n{\"text\":\"b\",\"label\":1}\n"), null, 10))
                .extracting(LabelledText::id)
                .containsExactly("7", "rows.jsonl:3");
    }

    @Test
    void keepsTheCategoriesOfTheProtocolOnly() throws IOException {
        assertThat(DataFile.read(file("{\"text\":\"a\",\"label\":1,\"categories\":[\"hate\",\"spam\"]}\n"), null, 10)
                        .getFirst()
                        .categories())
                .containsExactly(Category.HATE);
    }
}
