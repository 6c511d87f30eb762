package dev.weir.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.evaluation.Judged;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.engine.evaluation.Report;
import dev.weir.engine.evaluation.Staircase;
import dev.weir.models.Category;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

    private static final Judged HARMFUL = text("<script>alert(1)</script> & \"more\"", true, 0.8, 90);
    private static final Judged HARMLESS = text("quite harmless", false, 0.2, 900);

    @Test
    void needsNothingFromElsewhere() {
        assertThat(page(true, HARMFUL, HARMLESS))
                .doesNotContain("http:", "https:", "<script", "<link", "<img", "src=", "href=", "url(", "@import");
    }

    @Test
    void namesItsExamplesByTheirIdsOnly() {
        assertThat(page(false, HARMFUL, HARMLESS))
                .contains("id of 0.8")
                .doesNotContain("alert(1)")
                .doesNotContain("quite harmless")
                .doesNotContain("<details");
    }

    @Test
    void putsTextsBehindAClickAndEscapesThem() {
        assertThat(page(true, HARMFUL, HARMLESS))
                .contains(
                        "<details><summary>show</summary><p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;</p>");
    }

    @Test
    void printsThePrevalenceBesideThePrecisionRecallCurve() {
        assertThat(page(false, HARMFUL, HARMLESS, HARMLESS, HARMLESS)).contains("25.0 % harmful texts (1 of 4)");
    }

    @Test
    void drawsNoPointThatIsNoNumberWhateverIsMissing() {
        Pattern broken = Pattern.compile("NaN|Infinity|null");
        assertThat(page(false, HARMLESS)).doesNotContainPattern(broken);
        assertThat(page(false, HARMFUL)).doesNotContainPattern(broken);
        assertThat(page(false, text("a", true, 1, 1), text("b", false, 0, 1))).doesNotContainPattern(broken);
        assertThat(page(false, new Judged(row("c", false, 0), 0, -1, new Staircase(), 0, null, Map.of(), Map.of())))
                .doesNotContainPattern(broken);
    }

    private static String page(boolean withText, Judged... texts) {
        List<Judged> all = List.of(texts);
        return HtmlReport.of(List.of(Report.of("a<b", all, all), Report.of("total", all, all)), all, withText);
    }

    private static Judged text(String text, boolean harmful, double risk, int tokens) {
        Staircase staircase = new Staircase();
        staircase.add(1, risk / 2);
        staircase.add(tokens, risk);
        return new Judged(
                row(text, harmful, risk), tokens, -1, staircase, risk, null, Map.of(Category.OTHER, risk), Map.of());
    }

    private static LabelledText row(String text, boolean harmful, double risk) {
        return new LabelledText("id of " + risk, "response", null, text, harmful, Set.of(), null, -1);
    }
}
