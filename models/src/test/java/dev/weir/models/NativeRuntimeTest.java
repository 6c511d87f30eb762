package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/**
 * A benchmark with its class path on the command line died at start with status 139 and no message, in the native
 * library's own initialisation, while the same classes ran under the test runner.
 */
class NativeRuntimeTest {

    @Test
    void aCommandLineThatWouldCrashTheRuntimeIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> NativeRuntime.check(4_001))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("4001 bytes")
                .hasMessageContaining("CLASSPATH");
    }

    @Test
    void anOrdinaryCommandLineIsFine() {
        assertThatCode(() -> NativeRuntime.check(4_000)).doesNotThrowAnyException();
        assertThatCode(NativeRuntime::check).doesNotThrowAnyException();
    }
}
