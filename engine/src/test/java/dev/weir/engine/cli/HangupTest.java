package dev.weir.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HangupTest {

    private final List<String> done = new ArrayList<>();

    private List<String> hangUp(boolean inForeground, boolean terminalIsThere) {
        Hangup.meaning(inForeground, () -> terminalIsThere, () -> done.add("read again"), () -> done.add("end"))
                .run();
        return done;
    }

    @Test
    void aServerThatLostTheTerminalItWasBegunAtEnds() {
        assertThat(hangUp(true, false)).containsExactly("end");
    }

    @Test
    void aServerAtItsTerminalReadsItsFilesAgain() {
        assertThat(hangUp(true, true)).containsExactly("read again");
    }

    @Test
    void aServerThatNeverHadATerminalReadsItsFilesAgain() {
        assertThat(hangUp(false, false)).containsExactly("read again");
    }
}
