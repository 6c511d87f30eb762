package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.engine.evaluation.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionTest {

    @TempDir
    Path folder;

    /** As Python's hashlib says, which is what keeps the pool out of training. */
    @Test
    void isTheHashOfThePromptInUtf8() throws IOException {
        assertThat(question(Map.of("text", "x", "label", 0, "prompt", "Wie heißt du?"))
                        .sha256())
                .isEqualTo("2753e4860651be83bea82179f42ddb29947635c5ea61b047a06924f8c758f042");
    }

    @Test
    void isTheHashOfTheTextWhereThereIsNoPrompt() throws IOException {
        assertThat(question(Map.of("text", "Wie heißt du?", "label", 0)))
                .isEqualTo(question(Map.of("text", "x", "label", 0, "prompt", "Wie heißt du?")));
    }

    @Test
    void isInThePoolWhenItsFirstByteIsBelowEighteen() {
        assertThat(new Question("11" + "f".repeat(62)).isInPool()).isTrue();
        assertThat(new Question("12" + "0".repeat(62)).isInPool()).isFalse();
    }

    @Test
    void setsTheShapeByItsSecondByte() {
        assertThat(new Question("0032" + "f".repeat(60)).setsShape()).isTrue();
        assertThat(new Question("0033" + "0".repeat(60)).setsShape()).isFalse();
    }

    private Question question(Map<String, Object> row) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"), new ObjectMapper().writeValueAsString(row));
        return Question.of(DataFile.readAll(file).getFirst());
    }
}
