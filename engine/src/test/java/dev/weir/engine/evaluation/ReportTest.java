package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Judged STOPPED_HARM = new Judged(true, 0.95, 100, 40, 200, 170, 180);
    private static final Judged LATE_HARM = new Judged(true, 0.91, 200, 180, 900, 600, 500);
    private static final Judged MISSED_HARM = new Judged(true, 0.30, 10, -1, -1, -1, -1);
    private static final Judged CLEAN = new Judged(false, 0.05, 300, -1, -1, -1, -1);
    private static final Judged FALSE_STOP = new Judged(false, 0.93, 8, 8, 40, 20, -1);

    private final Report report = Report.of("five", List.of(STOPPED_HARM, LATE_HARM, MISSED_HARM, CLEAN, FALSE_STOP));

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
    }

    @Test
    void measuresTheDelayFromTheAnnotatedHarmToTheStop() {
        assertThat(report.onsetDelay()).isEqualTo((20 + 400) / 2.0);
        assertThat(report.onsetError()).isEqualTo((-10 + 100) / 2.0);
    }

    @Test
    void reportsTheRatesByFinalLength() {
        assertThat(report.lengths()).containsOnlyKeys("1-16", "65-256", "over 256");
        assertThat(report.lengths().get("65-256").recall().share()).isEqualTo(1);
        assertThat(report.lengths().get("1-16").falseStopRate().share()).isEqualTo(1);
    }

    @Test
    void leavesOutOfJsonWhatTheFileCannotSay() {
        JsonNode json = new ObjectMapper().valueToTree(Report.of("clean", List.of(CLEAN)));
        assertThat(json.has("auroc")).isFalse();
        assertThat(json.has("recall")).isFalse();
        assertThat(json.path("falseStopRate").path("high").doubleValue()).isCloseTo(0.975, within(1e-12));
        assertThat(json.path("rows").intValue()).isEqualTo(1);
    }

    @Test
    void printsADashForWhatTheFileCannotSay() {
        assertThat(ReportTable.of(List.of(Report.of("clean", List.of(CLEAN)))))
                .containsPattern("clean +1 +0 +0\\.000 +- +-");
    }
}
