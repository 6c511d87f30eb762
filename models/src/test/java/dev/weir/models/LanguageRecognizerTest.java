package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageRecognizerTest {

    private static final List<String> TRAINED = List.of("en", "zh", "vi");

    private static final String ENGLISH = """
            On Saturday we take the train to the lake, because the weather will finally be fine. My sister brings bread
            and cheese, and I look after the coffee and a large blanket. If it gets too warm in the afternoon we swim, or
            read a book under the old trees. In the evening my brother comes along on his bicycle.
            """;

    private record Paragraph(String language, String text) {
        @Override
        public String toString() {
            return language;
        }
    }

    static List<Paragraph> paragraphs() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(LanguageRecognizerTest.class.getResourceAsStream("/languages/paragraphs.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .map(columns -> new Paragraph(columns[0], columns[1]))
                    .toList();
        }
    }

    /** What an expert that reads {@link #TRAINED} could do with each block of a text. */
    private static List<Boolean> read(String text) {
        LanguageRecognizer recognizer = new LanguageRecognizer();
        List<Boolean> read = new ArrayList<>();
        boolean[] reads = {true};
        text.codePoints().forEach(c -> {
            if (recognizer.append(c)) {
                reads[0] = recognizer.recent().areReadBy(TRAINED, reads[0]);
                read.add(reads[0]);
            }
        });
        return read;
    }

    private static List<String> blocks(String text) {
        LanguageRecognizer recognizer = new LanguageRecognizer();
        List<String> blocks = new ArrayList<>();
        text.codePoints().forEach(c -> {
            if (recognizer.append(c)) {
                blocks.add(recognizer.recent().blocks().getLast());
            }
        });
        return blocks;
    }

    @ParameterizedTest
    @MethodSource("paragraphs")
    void noticesALanguageNobodyWasTrainedForAfter128LettersAndForTheRestOfIt(Paragraph paragraph) {
        List<Boolean> read = read(paragraph.text);
        assertThat(read.getFirst()).isTrue();
        assertThat(read.subList(1, read.size())).isNotEmpty().containsOnly(false);
    }

    @ParameterizedTest
    @MethodSource("paragraphs")
    void namesTheLanguageOfMostBlocks(Paragraph paragraph) {
        List<String> blocks = blocks(paragraph.text);
        assertThat(blocks.stream().filter(paragraph.language::equals).count())
                .as("%s", blocks)
                .isGreaterThan(blocks.size() / 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Thứ bảy này cả nhà tôi sẽ đi tàu ra hồ, vì cuối cùng thời tiết cũng đẹp. Chị tôi mang bánh mì và trái "
                        + "cây, còn tôi lo cà phê và một tấm chăn lớn. Nếu buổi chiều nóng quá, chúng tôi sẽ bơi hoặc "
                        + "đọc sách dưới những cây cổ thụ. Buổi tối em trai tôi sẽ đạp xe đến sau.",
                "Thu bay nay ca nha toi se di tau ra ho, vi cuoi cung thoi tiet cung dep. Chi toi mang banh mi va trai "
                        + "cay, con toi lo ca phe va mot tam chan lon. Neu buoi chieu nong qua, chung toi se boi hoac "
                        + "doc sach duoi nhung cay co thu. Buoi toi em trai toi se dap xe den sau.",
                "星期六我们要坐火车去湖边，因为天气终于变好了。我姐姐带面包和水果，我来准备咖啡和一条大毯子。如果下午太热，" + "我们就去游泳，或者在老树下看书。晚上我弟弟会骑自行车过来，因为他要在商店里工作到四点。",
                "public static void main(String[] args) { for (int i = 0; i < args.length; i++) { System.out.println("
                        + "args[i].toUpperCase(Locale.ROOT)); } } private final Map<String, List<Integer>> index = new "
                        + "HashMap<>(); import numpy as np; df = pd.read_csv(path, sep=';', dtype=str, encoding='utf8')",
                "Attendees: María Fernández, José Ángel Núñez, Jürgen Müller, François Lefèvre, Giulia Rossi, Søren "
                        + "Kierkegaard, Zoë Björk, Nguyễn Văn An, Piotr Wójcik, Olga Ivanova, Yusuf Demir; they meet "
                        + "in Zürich on Monday and fly on to São Paulo the week after that.",
                "lol idk bruh tbh imma head out ngl dis party kinda wack fr fr no cap, u comin thru l8r or nah? ppl b "
                        + "trippin smh, gonna grab sum food wit da homies n chill till mornin cuz y not haha gotchu",
                "SELECT name, COUNT(*) FROM orders o INNER JOIN customers c ON o.cid = c.id WHERE c.country = 'DE' "
                        + "GROUP BY name HAVING COUNT(*) > 5 ORDER BY name DESC LIMIT 10; UPDATE users SET active = 0; "
                        + "ALTER TABLE orders ADD CONSTRAINT fk_customer FOREIGN KEY (cid) REFERENCES customers (id)"
            })
    void followsWhatTheExpertsWereTrainedForAndCodeAndNamesInIt(String text) {
        assertThat(read(text)).hasSizeGreaterThan(1).containsOnly(true);
    }

    @Test
    void takesAnEnglishTextWithAQuotedLineOfSpanishForEnglish() {
        String quoted = ENGLISH
                + "\"Más vale pájaro en mano que ciento volando\", decía siempre mi abuela en la cocina, y después nos daba una rebanada de pan. "
                + ENGLISH;
        assertThat(read(quoted)).containsOnly(true);
        assertThat(blocks(quoted)).contains("es");
    }

    @Test
    void followsAgainOnceTheTextIsEnglishAgain() throws IOException {
        String german = paragraphs().getFirst().text;
        List<Boolean> read = read(ENGLISH + german + ENGLISH + german);
        assertThat(read).startsWith(true, true, true, true).contains(false);
        assertThat(read.lastIndexOf(true)).isGreaterThan(read.indexOf(false));
        assertThat(read.getLast()).isFalse();
    }

    @Test
    void judgesNothingShort() {
        String text = "Guten Morgen, wie geht es Ihnen heute? Ich hoffe, dass Sie alle gut geschlafen haben.";
        assertThat(blocks(text)).containsExactly("de");
        assertThat(read(text)).containsExactly(true);
    }
}
