package dev.weir.engine.learning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The theorem, at every label; what it is for is measured by {@code bench/run regret}. */
class MlProdTest {

    private static final double ROUNDING = 1e-6;

    @Property(tries = 60)
    void neverRegretsMoreThanItsBoundOnRandomSequences(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int experts, @ForAll boolean sleeping) {
        Random random = new Random(seed);
        MlProd learner = new MlProd(evenly(experts), 5);
        for (int label = 0; label < 600; label++) {
            double[] votes = random.doubles(experts, -9, 9).toArray();
            sleepSome(votes, sleeping, random);
            learnAndCheck(
                    learner,
                    learner.cast(votes),
                    random.nextBoolean(),
                    random.nextInt(4) == 0 ? 5 : random.nextDouble());
        }
    }

    /** The label is always the one the mixture holds less likely, and at times the range of the votes leaps up. */
    @Property(tries = 60)
    void neverRegretsMoreThanItsBoundAgainstAnAdversary(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int experts, @ForAll boolean sleeping) {
        Random random = new Random(seed);
        MlProd learner = new MlProd(evenly(experts), 1);
        double reach = 0.01;
        for (int label = 0; label < 600; label++) {
            reach = random.nextInt(100) == 0 ? Math.min(reach * 10, 8) : reach;
            double[] votes = random.doubles(experts, -reach, reach).toArray();
            sleepSome(votes, sleeping, random);
            Cast cast = learner.cast(votes);
            learnAndCheck(learner, cast, cast.mixed() < 0, 1);
        }
    }

    @Property(tries = 30)
    void paysForLateLabelsInItsBound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int delay) {
        Random random = new Random(seed);
        MlProd learner = new MlProd(evenly(4), 1);
        Deque<Cast> waiting = new ArrayDeque<>();
        for (int label = 0; label < 800; label++) {
            waiting.add(learner.cast(random.doubles(4, -8, 8).toArray()));
            if (waiting.size() > delay) {
                Cast cast = waiting.remove();
                learnAndCheck(learner, cast, cast.vote(label / 300) > 0, 1);
            }
        }
    }

    /** A bound that grew as fast as the labels come would say nothing. */
    @Example
    void hasABoundThatGrowsWithTheRootOfTheLabels() {
        Random random = new Random(3);
        MlProd learner = new MlProd(evenly(6), 1);
        double[] bounds = new double[2];
        for (int label = 1; label <= 40_000; label++) {
            Cast cast = learner.cast(random.doubles(6, -4, 4).toArray());
            learner.learn(cast, cast.mixed() < 0, 1);
            if (label == 10_000 || label == 40_000) {
                bounds[label / 40_000] = learner.bound(0);
            }
        }
        assertThat(bounds[1]).isLessThan(2.3 * bounds[0]).isLessThan(0.1 * 40_000);
    }

    @Property(tries = 20)
    void learnsTheSameBitsFromTheSameLabels(@ForAll @LongRange(min = 0, max = 1000) long seed) {
        assertThat(weightsAfter(seed)).isEqualTo(weightsAfter(seed));
    }

    @Example
    void givesUpAnExpertThatIsAlwaysWrong() {
        Random random = new Random(1);
        MlProd learner = new MlProd(evenly(3), 1);
        for (int label = 0; label < 5_000; label++) {
            boolean harmful = random.nextBoolean();
            double right = harmful ? 3 : -3;
            learner.learn(learner.cast(new double[] {right, -right, random.nextGaussian()}), harmful, 1);
        }
        assertThat(learner.trust(new double[3])[1]).isLessThan(1e-6);
        assertThat(learner.weights(new double[3])[1]).isLessThan(1e-3); // what the shares return to it
    }

    @Example
    void weighsTheAwakeAmongThemselves() {
        MlProd learner = new MlProd(new double[] {0.5, 0.3, 0.2}, 1);
        assertThat(learner.weights(new double[] {1, Double.NaN, 2}))
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(5.0 / 7, 0, 2.0 / 7);
    }

    /**
     * The regret is the loss above that of the best fixed mixture, which is known only at the end. No learner can know
     * anything of the first 500 texts when the first label comes after them, so these are not held against it; after
     * a tenth as many labels the delay still costs more.
     */
    @Example
    void losesAtMostTwiceAsMuchWhenLabelsComeFiveHundredTextsLate() {
        double atOnce = 0;
        double late = 0;
        for (int seed = 0; seed < 2; seed++) {
            DrawnTexts texts = DrawnTexts.of(40_000, seed);
            double[] losses = texts.play(new MlProd(evenly(DrawnTexts.EXPERTS), 1), 0);
            double[] lateLosses = texts.play(new MlProd(evenly(DrawnTexts.EXPERTS), 1), 500);
            double[] known = texts.lossesOfTheBestMixture();
            atOnce += sum(losses, 0) - sum(known, 0);
            late += sum(lateLosses, 500) - sum(known, 500);
        }
        assertThat(atOnce).isPositive();
        assertThat(late).isLessThan(2 * atOnce);
    }

    @Example
    void beginsWithTheWeightsItIsGiven() {
        assertThat(new MlProd(new double[] {0.5, 0.3, 0.2}, 5).weights(new double[3]))
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(0.5, 0.3, 0.2);
    }

    private static double[] weightsAfter(long seed) {
        Random random = new Random(seed);
        MlProd learner = new MlProd(evenly(5), 5);
        for (int label = 0; label < 300; label++) {
            learner.learn(
                    learner.cast(random.doubles(5, -8, 8).toArray()), random.nextBoolean(), 1 + random.nextInt(4));
        }
        return learner.weights(new double[5]);
    }

    private static void learnAndCheck(MlProd learner, Cast cast, boolean harmful, double importance) {
        learner.learn(cast, harmful, importance);
        for (int adviser = 0; adviser < learner.advisers(); adviser++) {
            assertThat(learner.regret(adviser)).isLessThanOrEqualTo(learner.bound(adviser) + ROUNDING);
        }
    }

    private static void sleepSome(double[] votes, boolean sleeping, Random random) {
        for (int expert = 1; sleeping && expert < votes.length; expert++) {
            votes[expert] = random.nextInt(3) == 0 ? Double.NaN : votes[expert];
        }
    }

    private static double sum(double[] losses, int from) {
        return Arrays.stream(losses, from, losses.length).sum();
    }

    private static double[] evenly(int experts) {
        double[] start = new double[experts];
        Arrays.fill(start, 1.0 / experts);
        return start;
    }
}
