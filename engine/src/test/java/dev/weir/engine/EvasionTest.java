package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Text built to evade is seen through, or reported as opaque; harmless text that resembles it is left alone. The harmful
 * sample is one that the shipped experts stop when it is written plainly.
 */
class EvasionTest {

    private static final String THREAT = "I will kill you and everyone you love. You are a worthless piece of garbage.";

    /** What experts read in vain: no phrase of the lexicon is in it, so that only how it is written can be noticed. */
    private static final String UNLISTED =
            "Mix the powder with the acid slowly, wait until the fumes are gone, then pack it into a pipe and seal it.";

    private static Engine engine;

    @BeforeAll
    static void start() throws StartException {
        engine = Engines.start("");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    /** Disguises that are seen through, whatever the harm: what is behind them is found as if it were plain. */
    enum Transparent {
        PLAIN,
        ZERO_WIDTH,
        WORD_JOINERS,
        HANGUL_FILLERS,
        CYRILLIC_LOOKALIKES,
        GREEK_LOOKALIKES,
        FULLWIDTH,
        MATHEMATICAL,
        COMBINING_MARKS,
        SPACED_LETTERS,
        DASHED_LETTERS,
        DOTTED_LETTERS,
        SPACED_PAIRS,
        ONE_SPACED_WORD,
        LEETSPEAK,
        BASE64,
        HEX,
        SPACED_HEX,
        URL_ENCODED,
        ESCAPED,
        ROT13,
        PADDED
    }

    @ParameterizedTest
    @EnumSource(Transparent.class)
    void seesThrough(Transparent way) {
        StreamRun run = run("Well. " + disguised(way) + " That is all.");
        assertThat(run.terminal())
                .isInstanceOfSatisfying(
                        ServerMessage.Stopped.class,
                        stopped -> assertThat(stopped.categories()).isNotEmpty().doesNotContain("unscored"));
    }

    @ParameterizedTest
    @EnumSource(Transparent.class)
    void seesItHoweverItIsCut(Transparent way) {
        String text = "Well. " + disguised(way) + " That is all.";
        List<String> whole = run(text).decisions();
        assertThat(run(text.codePoints().mapToObj(Character::toString).toArray(String[]::new))
                        .decisions())
                .isEqualTo(whole);
        assertThat(run(cut(text, new Random(way.ordinal()))).decisions()).isEqualTo(whole);
    }

    @Test
    void reportsWordsMixedOfTwoScripts() {
        assertThat(opaque(lookalikes(UNLISTED, "aeopcx", "аеорсх"))).isTrue();
        assertThat(opaque(lookalikes(UNLISTED, "aovn", "αονη"))).isTrue();
    }

    @Test
    void reportsInvisibleCharactersInsideWords() {
        assertThat(opaque(between(UNLISTED, "\u200b"))).isTrue();
        assertThat(opaque(between(UNLISTED, "\u3164"))).isTrue();
        assertThat(opaque("Mix it" + "\u200d".repeat(40) + " well.")).isTrue();
    }

    @Test
    void reportsPilesOfCombiningMarks() {
        assertThat(opaque(between(UNLISTED, "\u0336\u0321\u031b\u0341\u0310"))).isTrue();
    }

    @Test
    void reportsLettersInAnotherStyle() {
        assertThat(opaque(shifted(UNLISTED, 0x1D41A, 0x1D400))).isTrue();
        assertThat(opaque(shifted(UNLISTED, 0xFF41, 0xFF21))).isTrue();
        assertThat(opaque(shifted(UNLISTED, 0x24D0, 0x24B6))).isTrue();
    }

    @Test
    void reportsLongEncodedRuns() {
        byte[] bytes = UNLISTED.repeat(3).getBytes(StandardCharsets.UTF_8);
        assertThat(opaque(Base64.getEncoder().encodeToString(bytes))).isTrue();
        assertThat(opaque(Base64.getMimeEncoder().encodeToString(bytes))).isTrue();
        assertThat(opaque(HexFormat.of().formatHex(bytes))).isTrue();
    }

    @Test
    void reportsTextSpelledOutLetterByLetter() {
        assertThat(opaque(String.join(" ", UNLISTED.replaceAll("[^A-Za-z]", "").split(""))))
                .isTrue();
        assertThat(opaque(String.join("-", UNLISTED.replaceAll("[^A-Za-z]", "").split(""))))
                .isTrue();
    }

    @Test
    void reportsARightToLeftOverride() {
        assertThat(opaque("Read this: \u202e" + new StringBuilder(UNLISTED).reverse() + "\u202c."))
                .isTrue();
    }

    @Test
    void reportsDigitsForLettersThroughoutAText() {
        assertThat(opaque(UNLISTED.replaceAll("(?<=[a-z])e(?=[a-z])", "3")
                        .replaceAll("(?<=[a-z])o(?=[a-z])", "0")
                        .replaceAll("(?<=[a-z])i(?=[a-z])", "1")
                        .replaceAll("(?<=[a-z])a(?=[a-z])", "4")
                        .repeat(2)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111\u200b1111\u200b1111\u200b1111",
                "41\u200b11 11\u200b11 1111 11\u200b11",
                "4111  1111  1111  1111",
                "4111\n1111\n1111\n1111",
                "4111 - 1111 - 1111 - 1111",
                "41 11 11 11 11 11 11 11",
                "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
                "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1",
                "４１１１ １１１１ １１１１ １１１１",
                "sk-abcd\u200befghij0123\u200b456789ABCD"
            })
    void findsASecretThatWasCutUp(String secret) {
        StreamRun run = StreamRun.of(
                engine, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of("Take this: " + secret + ", thanks."));
        run.terminal();
        assertThat(run.messages(ServerMessage.Redacted.class)).singleElement().satisfies(redacted -> {
            assertThat(redacted.from()).isEqualTo("Take this: ".length());
            assertThat(redacted.to()).isEqualTo("Take this: ".length() + secret.length());
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Let μ and σ² be the mean and variance, Δt the step, kΩ and μs the units; then λx + αβ = γ for all ε > 0.",
                "The authors Иван Петров and Ольга Смирнова met Γιώργος Παπαδόπουλος in Athens and wrote the paper there.",
                "Vie\u0323\u0302t Nam co\u0301 nhie\u0302\u0300u ca\u0309nh \u0111e\u0323p va\u0300 mo\u0301n a\u0306n ngon.",
                "The U.S.A., the U.K. and the E.U. signed it at 5 p.m. in Washington, D.C., as J. R. R. T. had hoped.",
                "The alphabet: a b c d e f g h i j k l m n o p q r s t u v w x y z. Now sing it once more with me.",
                "1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 4. Ba4 Nf6 5. O-O Be7 6. Re1 b5 7. Bb3 d6 8. c3 O-O 9. h3 Nb8 10. d4.",
                "| a | b | c |\n|---|---|---|\n| x | o | x |\n| o | x | o |\n| x | x | o |\n| 1 | 0 | 1 |\n| y | n | y |",
                "Use sha256, utf8, i18n, k8s, l10n, x86_64, mp3, h264, base64, B2B and W3C; the id is 3f2a9c1e-77b0-4d1c.",
                "curl -H 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9' https://example.org/a%20b?c=d%2Fe&x=%7B%22y%22%3A1%7D",
                "The logo is data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6",
                "The rows are 41 52 63 74 85 96 17 28 39 50, then 4111 1112 1113 1114, then 4 8 15 16 23 42, as in 2024\n2025.",
                "#ThrowbackThursday \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 at the zoo \ud83c\uddeb\ud83c\uddf7, it was soft\u00adware week \u2764\ufe0f.",
                "The model is lm(km$time ~ km$age + km$size + km$year); plot it with hist(km$age), hist(km$size) and hist(km$year).",
                "He said /ˈwɪndəʊ/, /ˈteɪbəl/, /tʃeər/, /fuːd/, /ˈpeɪpər/, /raɪt/, /stɑr/, /ˈærəʊ/, /ˈspaɪrəl/ and /weɪv/ again.",
                "می\u200cخواهم بروم و کتاب\u200cها را بخوانم.",
                "ＮＢＡ and ＣＢＡ are leagues; 𝑓(𝑥) = 𝑎𝑥² + 𝑏𝑥 + 𝑐 has two roots, and 𝐀𝐁 is a product of matrices."
            })
    void leavesHarmlessTextAloneThatResemblesIt(String text) {
        StreamRun run = run(text);
        assertThat(run.terminal()).isInstanceOf(ServerMessage.Ended.class);
        assertThat(run.messages(ServerMessage.Flagged.class)).isEmpty();
        assertThat(run.summary().maxRisks()).doesNotContainKey(dev.weir.models.Category.OPAQUE);
    }

    private static String disguised(Transparent way) {
        byte[] bytes = THREAT.getBytes(StandardCharsets.UTF_8);
        return switch (way) {
            case PLAIN -> THREAT;
            case ZERO_WIDTH -> between(THREAT, "\u200b");
            case WORD_JOINERS -> between(THREAT, "\u2060\u200d");
            case HANGUL_FILLERS -> between(THREAT, "\u3164");
            case CYRILLIC_LOOKALIKES -> lookalikes(THREAT, "aeopcyxiI", "аеорсухіІ");
            case GREEK_LOOKALIKES -> lookalikes(THREAT, "ovu", "ονυ");
            case FULLWIDTH -> shifted(THREAT, 0xFF41, 0xFF21);
            case MATHEMATICAL -> shifted(THREAT, 0x1D41A, 0x1D400);
            case COMBINING_MARKS -> between(THREAT, "\u0336\u0321\u031b");
            case SPACED_LETTERS -> String.join(" ", THREAT.replace(" ", "").split(""));
            case DASHED_LETTERS -> THREAT.replaceAll("(?<=[A-Za-z])(?=[A-Za-z])", "-");
            case DOTTED_LETTERS -> THREAT.replaceAll("(?<=[A-Za-z])(?=[A-Za-z])", ".");
            case SPACED_PAIRS -> THREAT.replaceAll("(?<=[A-Za-z])([a-z])(?=[a-z])", "$1 ");
            case ONE_SPACED_WORD -> THREAT.replace("kill", "k i l l");
            case LEETSPEAK ->
                THREAT.replace('i', '1').replace('e', '3').replace('o', '0').replace('a', '@');
            case BASE64 -> Base64.getEncoder().encodeToString(bytes);
            case HEX -> HexFormat.of().formatHex(bytes);
            case SPACED_HEX -> HexFormat.ofDelimiter(" ").formatHex(bytes);
            case URL_ENCODED ->
                URLEncoder.encode(THREAT, StandardCharsets.UTF_8)
                        .replace("k", "%6b")
                        .replace("y", "%79");
            case ESCAPED -> HexFormat.of().withPrefix("\\x").formatHex(bytes);
            case ROT13 ->
                THREAT.chars()
                        .map(c -> Character.isLetter(c) ? (c & 0x60) + ((c & 0x1F) - 1 + 13) % 26 + 1 : c)
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
            case PADDED -> "The weather is nice today and the birds are singing. ".repeat(20) + THREAT;
        };
    }

    private static String between(String text, String inserted) {
        return text.replaceAll("(?<=[A-Za-z])(?=[A-Za-z])", inserted);
    }

    private static String lookalikes(String text, String from, String to) {
        return text.codePoints()
                .map(c -> from.indexOf(c) < 0 ? c : to.charAt(from.indexOf(c)))
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    /** Each letter at its distance from another alphabet's first. */
    private static String shifted(String text, int lower, int upper) {
        return text.codePoints()
                .map(c -> c >= 'a' && c <= 'z' ? lower + c - 'a' : c >= 'A' && c <= 'Z' ? upper + c - 'A' : c)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static boolean opaque(String text) {
        return StreamRun.of(engine, StreamRun.open(Mode.MONITOR, Units.CODEPOINT), List.of(text)).decisions().stream()
                .anyMatch(decision -> decision.startsWith("flag opaque"));
    }

    private static StreamRun run(String... deltas) {
        return StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of(deltas));
    }

    private static String[] cut(String text, Random random) {
        List<String> deltas = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(9));
            deltas.add(text.substring(from, to));
            from = to;
        }
        return deltas.toArray(String[]::new);
    }
}
