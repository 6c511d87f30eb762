package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunShapesTest {

    private static final RunShapes SHAPES = new RunShapes(List.of(1, 8, 32), List.of(32, 64, 128));

    @Test
    void padsToTheLeastShapeThatHoldsTheRows() {
        assertThat(SHAPES.rows(1, 64)).isEqualTo(1);
        assertThat(SHAPES.rows(2, 64)).isEqualTo(8);
        assertThat(SHAPES.tokens(32, 256)).isEqualTo(32);
        assertThat(SHAPES.tokens(33, 256)).isEqualTo(64);
    }

    @Test
    void padsNoFurtherThanTheExpertsMaximumAndToThatBeyondTheLargest() {
        assertThat(SHAPES.tokens(40, 48)).isEqualTo(48);
        assertThat(SHAPES.rows(33, 64)).isEqualTo(64);
    }

    @Test
    void padsNothingWhereShapesAreExact() {
        assertThat(RunShapes.EXACT.rows(3, 64)).isEqualTo(3);
        assertThat(RunShapes.EXACT.tokens(5, 64)).isEqualTo(5);
        assertThat(RunShapes.EXACT.paddedTokens(3, 5)).isEqualTo(15);
    }

    @Test
    void countsPaddingAsTokensOfARun() {
        assertThat(SHAPES.paddedTokens(2, 3)).isEqualTo(8 * 32);
        assertThat(SHAPES.paddedTokens(40, 200)).isEqualTo(40 * 200);
    }

    @Test
    void everyShapeOfAnExpertIsAmongThoseItIsWarmedIn() {
        for (int most : new int[] {1, 8, 20, 32, 64}) {
            for (int rows = 1; rows <= most; rows++) {
                assertThat(RunShapes.upTo(SHAPES.rows(), most)).contains(SHAPES.rows(rows, most));
            }
        }
    }
}
