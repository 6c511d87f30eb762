package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.models.Category;
import dev.weir.models.Device;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WindowedSession;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With the shipped encoder, whose window holds 62 tokens of text. */
class RescoringTest {

    private static WindowedSession session;
    private static Rescoring rescoring;

    @BeforeAll
    static void open() throws Exception {
        Path experts = Path.of(System.getProperty("weir.repository"), "models", "experts");
        WindowedExpert expert = ExpertLibrary.load(experts).experts().stream()
                .filter(WindowedExpert.class::isInstance)
                .map(WindowedExpert.class::cast)
                .findFirst()
                .orElseThrow();
        session = WindowedSession.open(expert, Device.CPU);
        rescoring = new Rescoring(expert, session, Set.of(Category.OTHER));
    }

    @AfterAll
    static void close() {
        session.close();
    }

    @Test
    void countsWhatEachWayFeedsToTheEncoder() throws Exception {
        Map<String, Judged.Run> runs = rescoring.run("word ".repeat(130));
        // At 16, 32, 48, 64, 80, 96, 112, 128 and 130 tokens, each window with a start and an end token.
        assertThat(runs.get("encoder, last window every 16").encoderTokens()).isEqualTo(18 + 34 + 50 + 6 * 64);
        assertThat(runs.get("encoder, prefix every 16").encoderTokens())
                .isEqualTo(18 + 34 + 50 + 68 + 84 + 100 + 116 + 134 + 136);
        // At 50, 100 and 130 tokens.
        assertThat(runs.get("encoder, 200 + 50 tokens").encoderTokens()).isEqualTo(52 + 104 + 136);
    }

    @Test
    void readsOnlySoFarBackAsItsWaySays() throws Exception {
        Map<String, Judged.Run> runs = rescoring.run("word ".repeat(500));
        long bounded = runs.get("encoder, 200 + 50 tokens").encoderTokens();
        assertThat(bounded).isEqualTo(52 + 104 + 156 + 208 + 6 * 260);
        assertThat(runs.get("encoder, all so far every 50").encoderTokens()).isGreaterThan(bounded);
    }

    @Test
    void knowsARiskFromTheFirstAskingThatReadsIt() throws Exception {
        Staircase risk = rescoring
                .run("word ".repeat(60) + "I will kill you, you worthless idiot. " + "word ".repeat(200))
                .get("encoder, last window every 16")
                .risk();
        assertThat(risk.tokensAt(0.3)).isBetween(64, 80);
    }

    @Test
    void saysNothingAboutATextWithoutTokens() throws Exception {
        assertThat(rescoring.run(" ").get("encoder, prefix every 16").risk().top())
                .isZero();
    }
}
