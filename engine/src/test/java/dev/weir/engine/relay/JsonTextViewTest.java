package dev.weir.engine.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class JsonTextViewTest {

    private static String seen(JsonTextView view, String... pieces) {
        StringBuilder seen = new StringBuilder();
        for (String piece : pieces) {
            seen.append(view.append(piece));
        }
        return seen.append(view.end()).toString();
    }

    @Test
    void readsEscapesAsWhatTheyStandFor() {
        assertThat(seen(new JsonTextView(), "{\"a\":\"\\u006bi\\n\\\"\\ud83d\\ude00\\/\"}"))
                .isEqualTo("{\"a\":\"ki\n\"😀/\"}");
    }

    @Test
    void keepsWhatIsNoEscape() {
        assertThat(seen(new JsonTextView(), "\\x \\u12z4 \\")).isEqualTo("\\x \\u12z4 \\");
    }

    @Test
    void knowsWhereEachCharacterCameFrom() {
        JsonTextView view = new JsonTextView();
        seen(view, "a\\u006bb\\nc");
        assertThat(List.of(view.position(0), view.position(1), view.position(2), view.position(3), view.position(4)))
                .containsExactly(0, 1, 7, 8, 10);
        view.forgetBefore(3);
        assertThat(view.position(3)).isEqualTo(8);
        assertThat(view.position(5)).isEqualTo(11);
    }

    /** 20,000 texts of escapes, halves of escapes and other characters, cut anywhere. */
    @Property(tries = 20_000)
    void howATextIsCutShowsNowhere(@ForAll("texts") String text, @ForAll("cuts") List<Integer> cuts) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int length : cuts) {
            int to = Math.min(text.length(), from + length);
            pieces.add(text.substring(from, to));
            from = to;
        }
        pieces.add(text.substring(from));
        JsonTextView whole = new JsonTextView();
        JsonTextView cut = new JsonTextView();
        String expected = seen(whole, text);
        assertThat(seen(cut, pieces.toArray(String[]::new))).isEqualTo(expected);
        for (int i = 0; i <= expected.length(); i++) {
            assertThat(cut.position(i)).isEqualTo(whole.position(i));
        }
        assertThat(whole.position(expected.length())).isEqualTo(text.length());
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                        Arbitraries.of("\\u006b", "\\n", "\\\\", "\\\"", "\\u", "\\", "u00", "6b", "é", "😀"),
                        Arbitraries.strings().ascii().ofMaxLength(4))
                .list()
                .ofMaxSize(20)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(0, 8).list().ofMaxSize(30);
    }
}
