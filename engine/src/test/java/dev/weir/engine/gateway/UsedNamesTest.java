package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsedNamesTest {

    @Test
    void knowsEachOfManyNamesAgain() {
        UsedNames names = new UsedNames();
        for (int i = 0; i < 100_000; i++) {
            assertThat(names.add("stream-" + i)).isTrue();
        }
        assertThat(names.size()).isEqualTo(100_000);
        for (int i = 0; i < 100_000; i++) {
            assertThat(names.add("stream-" + i)).isFalse();
        }
        assertThat(names.size()).isEqualTo(100_000);
    }
}
