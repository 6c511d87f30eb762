package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.stream.StreamSession;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Law 7: text in a language that a required expert was not trained for is marked, or stopped, and never silently passed. */
class UnknownLanguageTest {

    private static final String ENGLISH =
            "On Saturday we take the train to the lake, because the weather will finally be "
                    + "fine. My sister brings bread and cheese, and I look after the coffee and a large blanket. If it gets too "
                    + "warm in the afternoon we swim, or read a book under the old trees. ";
    private static final String GERMAN = "Am Samstag fahren wir mit dem Zug an den See, weil das Wetter endlich schön "
            + "werden soll. Meine Schwester bringt Brot, Käse und eine große Decke mit, und ich kümmere mich um die "
            + "Getränke. Wenn es am Nachmittag zu heiß wird, gehen wir schwimmen. ";
    private static final String RUSSIAN = "В субботу мы поедем на поезде к озеру, потому что наконец обещают хорошую "
            + "погоду. Моя сестра возьмёт хлеб и сыр, а я приготовлю кофе и захвачу большое одеяло. Если днём будет слишком жарко, мы будем купаться. ";
    private static final String CHINESE =
            "星期六我们要坐火车去湖边，因为天气终于变好了。我姐姐带面包和水果，我来准备咖啡和一条大毯子。" + "如果下午太热，我们就去游泳，或者在老树下看书。晚上我弟弟会骑自行车过来，因为他要在商店里工作到四点。";
    private static final String VIETNAMESE =
            "Thứ bảy này cả nhà tôi sẽ đi tàu ra hồ, vì cuối cùng thời tiết cũng đẹp. Chị "
                    + "tôi mang bánh mì và trái cây, còn tôi lo cà phê và một tấm chăn lớn. Nếu buổi chiều nóng quá, chúng tôi sẽ "
                    + "bơi hoặc đọc sách dưới những cây cổ thụ. ";

    private static Engine marking;
    private static Engine stopping;

    @BeforeAll
    static void start() throws StartException {
        marking = Engines.start("");
        stopping = Engines.start("weir.policy-defaults.unknown-language = stop");
    }

    @AfterAll
    static void stop() {
        marking.close();
        stopping.close();
    }

    @Test
    void marksATextInALanguageNobodyWasTrainedFor() {
        for (String text : List.of(GERMAN, RUSSIAN, ENGLISH + GERMAN + GERMAN, GERMAN + ENGLISH + ENGLISH)) {
            assertThat(ended(marking, text).unscored()).as(text).isTrue();
            assertThat(ended(marking, text).asleep()).containsExactly("causal");
        }
    }

    @Test
    void marksNothingInTheLanguagesOfTheTrainingData() {
        for (String text : List.of(ENGLISH + ENGLISH, CHINESE + CHINESE, VIETNAMESE + VIETNAMESE, ENGLISH + CHINESE)) {
            assertThat(ended(marking, text).unscored()).as(text).isFalse();
        }
    }

    @Test
    void saysSoWithTheReleaseToo() {
        StreamRun run = StreamRun.of(marking, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of(GERMAN));
        run.terminal();
        assertThat(run.messages(ServerMessage.Released.class)).last().satisfies(released -> {
            assertThat(released.unscored()).isTrue();
            assertThat(released.asleep()).containsExactly("causal");
        });
    }

    @Test
    void anExpertHasNoVoteWhereItCannotReadAndHasOneAgainAfterwards() {
        List<Double> risks = risks(GERMAN + GERMAN + ENGLISH + ENGLISH);
        int german = risks(GERMAN + GERMAN).size();
        assertThat(risks.subList(0, 20)).doesNotHaveDuplicates();
        assertThat(risks.subList(german - 60, german)).containsOnly(risks.get(german));
        assertThat(risks.subList(risks.size() - 20, risks.size())).doesNotHaveDuplicates();
    }

    @Test
    void aPolicyMayStopWhatItCannotRead() {
        StreamRun run =
                StreamRun.of(stopping, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of(ENGLISH, GERMAN, GERMAN));
        assertThat(run.terminal()).isInstanceOfSatisfying(ServerMessage.Stopped.class, stopped -> {
            assertThat(stopped.category()).isEqualTo("unscored");
            assertThat(stopped.at()).isBetween(ENGLISH.length() + 128, (ENGLISH + GERMAN + GERMAN).length());
        });
    }

    @Test
    void aPolicyMayStopTheAnswerToAPromptItCannotRead() {
        assertThat(prompted(stopping, GERMAN))
                .isInstanceOfSatisfying(
                        ServerMessage.Stopped.class,
                        stopped -> assertThat(stopped.category()).isEqualTo("unscored"));
        assertThat(prompted(marking, GERMAN))
                .isInstanceOfSatisfying(
                        ServerMessage.Ended.class,
                        ended -> assertThat(ended.unscored()).isTrue());
    }

    @Test
    void everyCutGivesTheSameMarks() {
        String text = ENGLISH + GERMAN + CHINESE + RUSSIAN + ENGLISH + ENGLISH + GERMAN;
        for (Engine engine : List.of(marking, stopping)) {
            List<String> whole = decisions(engine, List.of(text));
            for (int seed = 0; seed < 6; seed++) {
                assertThat(decisions(engine, cut(text, new Random(seed)))).isEqualTo(whole);
            }
            assertThat(decisions(
                            engine,
                            text.codePoints().mapToObj(Character::toString).toList()))
                    .isEqualTo(whole);
        }
    }

    private static ServerMessage.Ended ended(Engine engine, String text) {
        return (ServerMessage.Ended) StreamRun.of(engine, StreamRun.open(Mode.MONITOR, Units.CODEPOINT), List.of(text))
                .terminal();
    }

    private static List<Double> risks(String text) {
        return StreamRun.of(marking, StreamRun.open(Mode.MONITOR, Units.CODEPOINT), List.of(text))
                .risks();
    }

    private static List<String> decisions(Engine engine, List<String> deltas) {
        return StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), deltas)
                .decisions();
    }

    private static ServerMessage prompted(Engine engine, String prompt) {
        OpenStream open = new OpenStream(
                "prompted-" + System.identityHashCode(engine),
                null,
                Mode.GATE,
                Units.CODEPOINT,
                null,
                "content",
                List.of(new PromptMessage("user", prompt)),
                Map.of(),
                null);
        return StreamRun.start(engine, open).tell(new StreamSession.End(null)).terminal();
    }

    private static List<String> cut(String text, Random random) {
        List<String> deltas = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(60));
            deltas.add(text.substring(from, to));
            from = to;
        }
        return deltas;
    }
}
