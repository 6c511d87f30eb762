package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Deployments are simulated where the truth is known. */
class StopCertificateTest {

    private static final double ALPHA = 0.01;
    private static final int DEPLOYMENTS = 500;
    private static final int STREAMS = 6_000;
    /** Of all streams, the share that is stopped rightly. */
    private static final double RIGHT_STOPS = 0.03;

    private record Deployment(boolean certified, long streams, long reviews) {}

    private record Due(String id, boolean wrong, int at) {}

    @Test
    void isFalseInAtMostFiveOfAHundredDeploymentsAtTheBudgetItself() {
        assertThat(falseCertificates(stream -> ALPHA, 1, 0)).isLessThanOrEqualTo(DEPLOYMENTS / 20);
    }

    @Test
    void isAsRarelyFalseWhenTheRateSwingsAroundTheBudget() {
        assertThat(falseCertificates(stream -> stream / 50 % 2 == 0 ? 2 * ALPHA : 0, 1, 0))
                .isLessThanOrEqualTo(DEPLOYMENTS / 20);
        assertThat(falseCertificates(stream -> stream % 20 == 0 ? 20 * ALPHA : 0, 1, 0))
                .isLessThanOrEqualTo(DEPLOYMENTS / 20);
    }

    @Test
    void isAsRarelyFalseWhenReviewsAreFewAndLate() {
        assertThat(falseCertificates(stream -> ALPHA, 0.5, 200)).isLessThanOrEqualTo(DEPLOYMENTS / 20);
    }

    @Test
    void comesWithinAThousandStreamsWhenOneInFiveHundredIsStoppedWrongly() {
        long[] streams = new long[DEPLOYMENTS];
        for (int seed = 0; seed < DEPLOYMENTS; seed++) {
            streams[seed] = deploy(seed, stream -> 0.002, 1, 0).streams;
        }
        Arrays.sort(streams);
        assertThat(streams[DEPLOYMENTS / 2]).isLessThan(1_000);
    }

    @Test
    void countsAStopThatNobodyReviewedAsWrong() {
        StopCertificate read = new StopCertificate(FalseStopBudget.of(ALPHA), 1);
        StopCertificate unread = new StopCertificate(FalseStopBudget.of(ALPHA), 1);
        for (int stream = 0; stream < 2_000; stream++) {
            if (stream % 40 == 0) {
                read.stopped("s" + stream, 1);
                read.reviewed("s" + stream, false);
                unread.stopped("s" + stream, 1);
            } else {
                read.passed();
                unread.passed();
            }
        }
        assertThat(read.holds()).isTrue();
        assertThat(read.reviewsNeeded()).hasValue(0);
        assertThat(unread.holds()).isFalse();
        assertThat(unread.reviewsNeeded()).isEmpty();
    }

    @Test
    void takesAReviewOnce() {
        StopCertificate certificate = new StopCertificate(FalseStopBudget.of(ALPHA), 1);
        certificate.stopped("s", 1);
        certificate.reviewed("s", false);
        double wealth = certificate.logWealth();
        certificate.reviewed("s", true);
        assertThat(certificate.logWealth()).isEqualTo(wealth);
        assertThat(certificate.reviews()).isEqualTo(1);
    }

    @Test
    void saysAboutHowManyReviewsAreLeft() {
        StopCertificate certificate = new StopCertificate(FalseStopBudget.of(ALPHA), 1);
        long foretold = -1;
        long reviews = 0;
        for (int stream = 0; !certificate.holds(); stream++) {
            if (stream % 30 == 29) {
                certificate.stopped("s" + stream, 1);
                certificate.reviewed("s" + stream, false);
                reviews++;
            } else {
                certificate.passed();
            }
            if (reviews == 5 && foretold < 0) {
                foretold = certificate.reviewsNeeded().orElseThrow();
            }
        }
        assertThat((double) foretold).isBetween(0.5 * (reviews - 5), 2.0 * (reviews - 5));
    }

    private static int falseCertificates(IntToDoubleFunction rate, double reviewed, int delay) {
        int certified = 0;
        for (int seed = 0; seed < DEPLOYMENTS; seed++) {
            certified += deploy(seed, rate, reviewed, delay).certified ? 1 : 0;
        }
        return certified;
    }

    private static Deployment deploy(long seed, IntToDoubleFunction rate, double reviewed, int delay) {
        Random random = new Random(seed);
        StopCertificate certificate = new StopCertificate(FalseStopBudget.of(ALPHA), reviewed);
        Deque<Due> due = new ArrayDeque<>();
        for (int stream = 0; stream < STREAMS && !certificate.holds(); stream++) {
            boolean wrong = random.nextDouble() < rate.applyAsDouble(stream);
            boolean stopped = wrong || random.nextDouble() < RIGHT_STOPS;
            if (stopped && random.nextDouble() < reviewed) {
                certificate.stopped("s" + stream, reviewed);
                due.add(new Due("s" + stream, wrong, stream + delay));
            } else {
                certificate.passed();
            }
            while (!due.isEmpty() && due.getFirst().at <= stream) {
                Due review = due.removeFirst();
                certificate.reviewed(review.id, review.wrong);
            }
        }
        return new Deployment(certificate.holds(), certificate.streams(), certificate.reviews());
    }
}
