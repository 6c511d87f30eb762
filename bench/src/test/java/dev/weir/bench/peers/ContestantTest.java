package dev.weir.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContestantTest {

    @Test
    void scoresWindowsUnlessToldOtherwise() {
        assertThat(Contestant.parse("node").name()).isEqualTo("node:window");
        assertThat(Contestant.parse("djl:nemo").name()).isEqualTo("djl:nemo");
        assertThat(Contestant.parse("djl:nemo").strategy()).contains(Strategy.NEMO);
    }

    @Test
    void leavesWeirAsItIsUnlessToldOtherwise() {
        assertThat(Contestant.parse("weir").strategy()).isEmpty();
        assertThat(Contestant.parse("weir:window").strategy()).contains(Strategy.WINDOW);
    }

    @Test
    void givesAsManyStreamsAsEachCanCarry() {
        assertThat(Contestant.parse("node:every-token").streamsOf(16)).isEqualTo(2);
        assertThat(Contestant.parse("node:every-token").streamsOf(4)).isEqualTo(1);
        assertThat(Contestant.parse("weir").streamsOf(16)).isEqualTo(16);
        assertThat(Contestant.parse("weir@400").streamsOf(16)).isEqualTo(400);
        assertThat(Contestant.parse("weir:window@4").name()).isEqualTo("weir:window@4");
    }

    @Test
    void givesPeersTheEncoderInFloatsToo() {
        assertThat(Contestant.parse("djl:nemo+floats@4").inFloats()).isTrue();
        assertThat(Contestant.parse("node+floats").name()).isEqualTo("node:window+floats");
        assertThatThrownBy(() -> Contestant.parse("weir+floats")).hasMessageStartingWith("contestant weir+floats");
    }

    @Test
    void saysWhichNamesItKnows() {
        assertThatThrownBy(() -> Contestant.parse("node:all"))
                .hasMessage("contestant node:all (expected: node, djl or weir, then maybe : and window, nemo, so-far or"
                        + " every-token, for a peer maybe +floats, then maybe @ and a number of streams)");
    }
}
