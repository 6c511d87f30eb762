package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Mode;
import dev.weir.protocol.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 1: how a text is cut, how fast it comes and what shares its batches changes nothing that is decided. */
class SplitInvarianceTest {

    private static final List<String> TEXTS = List.of(
            "You are a worthless piece of garbage and everybody at this table knows it. Shut up, you stupid idiot, "
                    + "before I come over there and hurt you. I will find you and I will make you regret it.",
            "The Battle of Verdun killed and wounded hundreds of thousands of soldiers. Artillery shells, poison gas "
                    + "and machine guns made the fighting around the forts among the worst of the war.",
            "Sure, the card is 4111 1111 1111 1111, expires soon. Mail me at jane.doe@example.org 😀 about it.",
            "naïve Café 🇫🇷 — Zürich 東京の天気は晴れです。 Xin chào các bạn, rất vui được gặp. \uD83D\uDE80\u200D!",
            "unbelievably" + "long".repeat(60) + "word \uD83D alone and \uDE00 alone end",
            "",
            "   \n\t ",
            "kill " + "a b c ".repeat(80) + "kill");

    private static Engine engine;

    @BeforeAll
    static void start() throws StartException {
        engine = Engines.start("");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyCutGivesTheSameDecisions(Mode mode) {
        for (Units units : Units.values()) {
            for (String text : TEXTS) {
                List<String> whole = run(mode, units, List.of(text));
                for (List<String> cut : cuts(text)) {
                    assertThat(run(mode, units, cut))
                            .as("%s, %s, %s deltas of a text of %s", mode, units, cut.size(), text.length())
                            .isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void manyStreamsAtOnceDecideAsTheyWouldAlone() {
        List<List<String>> alone = new ArrayList<>();
        for (String text : TEXTS) {
            alone.add(run(Mode.STREAM, Units.CODEPOINT, List.of(text)));
        }
        List<StreamRun> together = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            for (String text : TEXTS) {
                together.add(StreamRun.of(
                        engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), randomCut(text, new Random(round))));
            }
        }
        for (int i = 0; i < together.size(); i++) {
            assertThat(together.get(i).decisions()).isEqualTo(alone.get(i % TEXTS.size()));
        }
    }

    private static List<String> run(Mode mode, Units units, List<String> deltas) {
        return StreamRun.of(engine, StreamRun.open(mode, units), deltas).decisions();
    }

    /** By word, by UTF-16 unit (so inside surrogate pairs too), and at random. */
    private static List<List<String>> cuts(String text) {
        return List.of(
                List.of(text.split("(?<= )", -1)),
                text.chars().mapToObj(unit -> String.valueOf((char) unit)).toList(),
                randomCut(text, new Random(7)),
                randomCut(text, new Random(8)));
    }

    private static List<String> randomCut(String text, Random random) {
        List<String> deltas = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(12));
            deltas.add(text.substring(from, to));
            from = to;
        }
        return deltas;
    }
}
