package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.models.Category;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Judged STOPPED_HARM = Texts.text(
            Texts.row("response", true, 180), 100, 36, Texts.staircase(40, 0.95), new Judged.Stop(40, 200, 170));
    private static final Judged LATE_HARM = Texts.text(
            Texts.row("response", true, 500), 300, 100, Texts.staircase(270, 0.91), new Judged.Stop(270, 900, 600));
    private static final Judged MISSED_HARM =
            Texts.text(Texts.row("response", true, -1), 10, -1, Texts.staircase(5, 0.30), null);
    private static final Judged CLEAN =
            Texts.text(Texts.row("response", false, -1), 300, -1, Texts.staircase(200, 0.05), null);
    private static final Judged FALSE_STOP =
            Texts.text(Texts.row("response", false, -1), 8, -1, Texts.staircase(8, 0.93), new Judged.Stop(8, 40, 20));

    private final Report report = of(STOPPED_HARM, LATE_HARM, MISSED_HARM, CLEAN, FALSE_STOP);

    @Test
    void countsStopsAmongHarmfulAndHarmlessTexts() {
        assertThat(report.recall().successes()).isEqualTo(2);
        assertThat(report.recall().trials()).isEqualTo(3);
        assertThat(report.falseStopRate().successes()).isEqualTo(1);
        assertThat(report.falseStopRate().trials()).isEqualTo(2);
    }

    @Test
    void balancesPrecisionAndRecallAtThePolicysThreshold() {
        // Two hits, one false stop, one miss.
        assertThat(report.f1()).isEqualTo(4.0 / 6);
    }

    @Test
    void measuresHowMuchOfALongHarmfulTextHadBeenSeenAtItsStop() {
        assertThat(report.shareSeenAtStop()).isEqualTo((0.4 + 0.9) / 2);
        assertThat(report.meanShareSeenAtStop()).isEqualTo((0.4 + 0.9) / 2);
    }

    @Test
    void measuresTheDelayFromTheAnnotatedHarmToTheStop() {
        assertThat(report.onsetDelay()).isEqualTo((20 + 400) / 2.0);
        assertThat(report.onsetError()).isEqualTo((-10 + 100) / 2.0);
        assertThat(report.onset().medianTokens()).isEqualTo((4 + 170) / 2.0);
    }

    @Test
    void reportsTheRatesByFinalLength() {
        assertThat(report.lengths()).containsOnlyKeys("under 64", "64 to 255", "256 to 1,023");
        assertThat(report.lengths().get("64 to 255").recall().share()).isEqualTo(1);
        assertThat(report.lengths().get("under 64").falseStopRate().share()).isEqualTo(1);
    }

    @Test
    void comparesHarmWithTheHarmlessTextsOfAllFilesInTheSameRoles() {
        Judged harmlessPost = Texts.text(Texts.row("post", false, -1), 9, -1, Texts.staircase(9, 0.99), null);
        List<Judged> run = List.of(STOPPED_HARM, CLEAN, FALSE_STOP, harmlessPost);
        Report source = Report.of("source", List.of(STOPPED_HARM), run);
        assertThat(source.auroc()).isNull();
        assertThat(source.pooled().auroc()).isEqualTo(1);
        assertThat(source.pooled().pool()).isEqualTo(2);
    }

    @Test
    void takesThresholdsFromTheShareOfThePoolTheyStop() {
        List<Judged> pool = IntStream.range(0, 100)
                .mapToObj(i -> Texts.passed(false, i / 100.0))
                .toList();
        List<Judged> harmful = List.of(Texts.passed(true, 0.985), Texts.passed(true, 0.95), Texts.passed(true, 0.50));
        List<Judged> run = Stream.concat(pool.stream(), harmful.stream()).toList();
        Detection detection = Report.of("all", run, run).pooled();
        // 0.99 alone may be stopped, so the threshold lies just above 0.98.
        assertThat(detection.atFalseStops().get("1 %").falseStopRate().successes())
                .isEqualTo(1);
        assertThat(detection.atFalseStops().get("1 %").recall().successes()).isEqualTo(1);
        assertThat(detection.atFalseStops().get("5 %").falseStopRate().successes())
                .isEqualTo(5);
        assertThat(detection.atFalseStops().get("5 %").recall().successes()).isEqualTo(2);
        // With a hundred texts no threshold stops one in a thousand of them, so none is stopped.
        assertThat(detection.atFalseStops().get("0.1 %").falseStopRate().successes())
                .isZero();
        assertThat(detection.atFalseStops().get("0.1 %").recall().successes()).isZero();
    }

    @Test
    void measuresABaselineByItsOwnRisk() {
        Judged harmful = Texts.withBaseline(Texts.passed(true, 0.1), "other", Texts.staircase(25, 0.9), 600);
        Judged harmless = Texts.withBaseline(Texts.passed(false, 0.2), "other", Texts.staircase(9, 0.3), 200);
        Report both = of(harmful, harmless);
        assertThat(both.pooled().auroc()).isEqualTo(0);
        Detection other = both.baselines().get("other");
        assertThat(other.auroc()).isEqualTo(1);
        assertThat(other.atFalseStops().get("1 %").shareSeen()).isEqualTo(0.25);
        assertThat(other.encoderTokensPerToken()).isEqualTo(4);
    }

    @Test
    void leavesTextsOutOfABaselineThatWereNotScoredByIt() {
        Judged prompt = Texts.text(Texts.row("prompt", false, -1), 0, -1, Texts.staircase(0, 0.99), null);
        Judged harmful = Texts.withBaseline(Texts.passed(true, 0.1), "other", Texts.staircase(25, 0.9), 0);
        Judged harmless = Texts.withBaseline(Texts.passed(false, 0.2), "other", Texts.staircase(9, 0.3), 0);
        assertThat(of(prompt, harmful, harmless).baselines().get("other").auroc())
                .isEqualTo(1);
    }

    @Test
    void findsHarmOfAKindByItsOwnRiskWhereThatIsVotedOn() {
        Judged hate = Texts.text(
                Texts.row("post", true, -1, Category.HATE, Category.OTHER), 20, -1, Texts.staircase(9, 0.8), null);
        Judged harmless = Texts.text(Texts.row("post", false, -1), 20, -1, Texts.staircase(9, 0.4), null);
        Report both = of(hate, harmless);
        assertThat(both.categories()).containsOnlyKeys("hate", "other");
        assertThat(both.categories().get("hate").auroc()).isEqualTo(1);
        assertThat(both.categories().get("hate").aurocOfCategory()).isNull();
        assertThat(both.categories().get("other").aurocOfCategory()).isEqualTo(1);
    }

    @Test
    void leavesOutOfJsonWhatTheFileCannotSay() {
        JsonNode json = new ObjectMapper().valueToTree(of(CLEAN));
        assertThat(json.has("auroc")).isFalse();
        assertThat(json.has("recall")).isFalse();
        assertThat(json.path("falseStopRate").path("high").doubleValue()).isCloseTo(0.975, within(1e-12));
        assertThat(json.path("rows").intValue()).isEqualTo(1);
    }

    @Test
    void printsADashForWhatTheFileCannotSay() {
        assertThat(ReportTable.of(List.of(of(CLEAN)))).containsPattern("of +1 +0 +0\\.000 +- +-");
    }

    private static Report of(Judged... texts) {
        return Report.of("of", List.of(texts), List.of(texts));
    }
}
