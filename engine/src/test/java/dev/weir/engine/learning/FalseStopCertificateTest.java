package dev.weir.engine.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Laws of the evidence, and deployments simulated where the truth is known. */
class FalseStopCertificateTest {

    private static final double ALPHA = 0.01;
    private static final double DELTA = 0.05;
    private static final int DEPLOYMENTS = 500;
    private static final int STREAMS = 20_000;

    /** In whatever order the bets are settled, in double precision. */
    private static final double ROUNDING = 1e-9;

    @Property(tries = 200)
    void isTheWealthOfWhoBetsOnOneStreamAfterTheOtherInAnyOrder(
            @ForAll long seed, @ForAll @IntRange(max = 800) int streams, @ForAll @DoubleRange(max = 0.1) double rate) {
        Random random = new Random(seed);
        double[] left = {1 / 32.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 3 / 4.0, 7 / 8.0};
        double[] wealth = new double[left.length];
        Arrays.fill(wealth, 1.0 / left.length);
        int wrong = 0;
        for (int stream = 0; stream < streams; stream++) {
            int x = random.nextDouble() < rate ? 1 : 0;
            wrong += x;
            for (int bet = 0; bet < wealth.length; bet++) {
                wealth[bet] *= 1 - (1 - left[bet]) / (1 - ALPHA) * (x - ALPHA);
            }
        }
        assertThat(certificate(streams, wrong, 0).logEvidence())
                .isCloseTo(Math.log(Arrays.stream(wealth).sum()), within(ROUNDING));
    }

    @Property(tries = 500)
    void neverGrowsByAStopThatNobodyReviewedAndNeverShrinksByOneThatWasRight(
            @ForAll @IntRange(max = 1_000_000) int passed,
            @ForAll @IntRange(max = 10_000) int wrong,
            @ForAll @IntRange(max = 10_000) int unreviewed) {
        double evidence =
                certificate(passed + wrong + unreviewed, wrong, unreviewed).logEvidence();
        assertThat(certificate(passed + wrong + unreviewed + 1, wrong, unreviewed + 1)
                        .logEvidence())
                .as("one stop more that nobody reviewed")
                .isLessThan(evidence);
        assertThat(certificate(passed + wrong + unreviewed + 1, wrong, unreviewed)
                        .logEvidence())
                .as("the same one, reviewed as right")
                .isGreaterThan(evidence);
        assertThat(certificate(passed + wrong + unreviewed + 1, wrong + 1, unreviewed)
                        .logEvidence())
                .as("the same one, reviewed as wrong")
                .isEqualTo(certificate(passed + wrong + unreviewed + 1, wrong, unreviewed + 1)
                        .logEvidence());
    }

    @Property(tries = 300)
    void namesTheFewestReviewsAndStreamsThatAreEnough(
            @ForAll @IntRange(max = 3_000) int passed,
            @ForAll @IntRange(max = 20) int wrong,
            @ForAll @IntRange(max = 200) int unreviewed) {
        FalseStopCertificate now = certificate(passed + wrong + unreviewed, wrong, unreviewed);
        long reviews = now.reviewsNeeded();
        long streams = now.streamsNeeded();
        assertThat(certificate(now.streams() + streams, wrong, unreviewed - reviews)
                        .isCertified())
                .as("enough")
                .isTrue();
        assertThat(reviews == 0 && streams == 0).isEqualTo(now.isCertified());
        if (streams > 0) {
            assertThat(reviews).isEqualTo(unreviewed);
            assertThat(certificate(now.streams() + streams - 1, wrong, 0).isCertified())
                    .isFalse();
        } else if (reviews > 0) {
            assertThat(certificate(now.streams(), wrong, unreviewed - reviews + 1)
                            .isCertified())
                    .isFalse();
        }
    }

    @Property(tries = 200)
    void boundsTheRateByTheSmallestAlphaThatIsCertified(
            @ForAll @IntRange(min = 300, max = 100_000) int streams, @ForAll @IntRange(max = 50) int wrong) {
        double bound = certificate(streams, wrong, 0).upperBound();
        assertThat(bound).isGreaterThan((double) wrong / streams);
        if (bound < 0.49) {
            assertThat(FalseStopCertificate.of(bound * 1.001, DELTA, streams, wrong, 0)
                            .isCertified())
                    .isTrue();
            assertThat(FalseStopCertificate.of(bound * 0.999, DELTA, streams, wrong, 0)
                            .isCertified())
                    .isFalse();
        }
    }

    @Test
    void knowsNothingBeforeTheFirstStream() {
        FalseStopCertificate nothing = certificate(0, 0, 0);
        assertThat(nothing.evidence()).isCloseTo(1, within(ROUNDING));
        assertThat(nothing.isCertified()).isFalse();
        assertThat(nothing.upperBound()).isEqualTo(1);
        assertThat(nothing.reviewsNeeded()).isZero();
        assertThat(nothing.streamsNeeded()).isBetween(300L, 500L); // no test at all could do with fewer than 299
    }

    @Test
    void staysFiniteInItsLogarithmOverBillionsOfStreams() {
        assertThat(certificate(4_000_000_000L, 8_000_000, 100).logEvidence()).isBetween(1e6, 1e8);
        assertThat(certificate(4_000_000_000L, 80_000_000, 100).logEvidence()).isBetween(-1e8, -1e6);
        assertThat(certificate(4_000_000_000L, 80_000_000, 100).streamsNeeded()).isPositive();
    }

    @Test
    void saysWhatCountsCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FalseStopCertificate.of(0, DELTA, 1, 0, 0))
                .withMessage("alpha 0.0 (expected: 1.0E-6 to 0.5)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FalseStopCertificate.of(ALPHA, Double.NaN, 1, 0, 0))
                .withMessage("delta NaN (expected: above 0, at most 0.5)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> certificate(2, 1, 2))
                .withMessage("streams 2 (expected: at least those stopped wrongly and those not reviewed, 1 and 2)");
    }

    @Test
    void isFalseInAtMostFiveOfAHundredDeploymentsAtTheRateItselfAndAboveIt() {
        assertThat(certified(stream -> ALPHA)).isLessThanOrEqualTo(DEPLOYMENTS / 20);
        assertThat(certified(stream -> 1.2 * ALPHA)).isLessThanOrEqualTo(DEPLOYMENTS / 20);
    }

    /** At the start the rate is too high, so that the average is too at any time. */
    @Test
    void isAsRarelyFalseWhenTheRateSwings() {
        assertThat(certified(stream -> stream / 50 % 2 == 0 ? 2 * ALPHA : 0)).isLessThanOrEqualTo(DEPLOYMENTS / 20);
    }

    @Test
    void comesInEveryDeploymentWithARateOfAFifth() {
        assertThat(certified(stream -> ALPHA / 5)).isEqualTo(DEPLOYMENTS);
    }

    /** In how many deployments of {@link #STREAMS} it was certified at some time. */
    private static int certified(IntToDoubleFunction rate) {
        int certified = 0;
        for (int seed = 0; seed < DEPLOYMENTS; seed++) {
            certified += isCertifiedEver(new Random(seed), rate) ? 1 : 0;
        }
        return certified;
    }

    /** Evidence rises until the next false stop, so it is looked at just before each, and at the end. */
    private static boolean isCertifiedEver(Random random, IntToDoubleFunction rate) {
        int wrong = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            if (random.nextDouble() < rate.applyAsDouble(stream)) {
                if (certificate(stream, wrong, 0).isCertified()) {
                    return true;
                }
                wrong++;
            }
        }
        return certificate(STREAMS, wrong, 0).isCertified();
    }

    private static FalseStopCertificate certificate(long streams, long wrong, long unreviewed) {
        return FalseStopCertificate.of(ALPHA, DELTA, streams, wrong, unreviewed);
    }
}
