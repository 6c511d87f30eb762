package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteProductsTest {
    private static final String OLD = "model name\t: Some\nflags\t\t: fpu sse2 avx avx2 avx512bw\nbugs\t\t:";

    @Test
    void mayOverflowOnProcessorsWithoutVnni() {
        assertThat(ByteProducts.mayOverflow("amd64", OLD)).isTrue();
        assertThat(ByteProducts.mayOverflow("x86_64", "")).as("unknown").isTrue();
    }

    @Test
    void areExactWithVnniAndOnOtherArchitectures() {
        assertThat(ByteProducts.mayOverflow("amd64", OLD.replace("avx512bw", "avx512bw avx512_vnni")))
                .isFalse();
        assertThat(ByteProducts.mayOverflow("amd64", OLD.replace("avx512bw", "avx_vnni")))
                .isFalse();
        assertThat(ByteProducts.mayOverflow("aarch64", "")).isFalse();
    }
}
