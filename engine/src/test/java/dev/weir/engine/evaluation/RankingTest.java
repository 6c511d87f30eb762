package dev.weir.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {

    @Test
    void countsThePairsInWhichTheHarmfulTextIsRiskier() {
        // Harmful 0.9 and 0.4, harmless 0.6, 0.3 and 0.1: five of the six pairs are in order.
        Ranking ranking = ranking(0.9, 1, 0.4, 1, 0.6, 0, 0.3, 0, 0.1, 0);
        assertThat(ranking.auroc().orElseThrow()).isEqualTo(5.0 / 6);
    }

    @Test
    void countsATieAsHalfAPair() {
        // Harmful 0.5 and 0.8, harmless 0.5 and 0.2: three pairs won, one tied.
        assertThat(ranking(0.5, 1, 0.8, 1, 0.5, 0, 0.2, 0).auroc().orElseThrow())
                .isEqualTo(3.5 / 4);
    }

    @Test
    void findsThatOneRiskForAllTextsKnowsNothing() {
        Ranking ranking = ranking(0.5, 1, 0.5, 0, 0.5, 0, 0.5, 0);
        assertThat(ranking.auroc().orElseThrow()).isEqualTo(0.5);
        assertThat(ranking.averagePrecision().orElseThrow()).isEqualTo(0.25);
    }

    @Test
    void averagesThePrecisionAtEachHarmfulText() {
        // In order: harmful, harmless, harmful: precision 1 and 2/3, half of the recall each.
        assertThat(ranking(0.9, 1, 0.8, 0, 0.7, 1).averagePrecision().orElseThrow())
                .isCloseTo((1 + 2.0 / 3) / 2, within(1e-15));
    }

    @Test
    void saysNothingAboutASingleClass() {
        assertThat(ranking(0.9, 1, 0.8, 1).auroc()).isEmpty();
        assertThat(ranking(0.9, 0).averagePrecision()).isEmpty();
    }

    private static Ranking ranking(double... risksAndLabels) {
        List<Ranking.Point> points = new ArrayList<>();
        for (int i = 0; i < risksAndLabels.length; i += 2) {
            points.add(new Ranking.Point(risksAndLabels[i], risksAndLabels[i + 1] == 1));
        }
        return Ranking.of(points);
    }

    @Test
    void drawsRecallOverFalseStopsWithATieAsOneStep() {
        Ranking ranking = ranking(0.9, 1, 0.5, 1, 0.5, 0, 0.1, 0);
        assertThat(ranking.roc().points())
                .containsExactly(
                        new Curve.Point(0, 0), new Curve.Point(0, 0.5), new Curve.Point(0.5, 1), new Curve.Point(1, 1));
        assertThat(ranking.precisionRecall().points())
                .containsExactly(new Curve.Point(0.5, 1), new Curve.Point(1, 2.0 / 3), new Curve.Point(1, 0.5));
    }
}
