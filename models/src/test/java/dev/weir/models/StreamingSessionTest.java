package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingSessionTest {
    private static final int BAD = 3;
    private static final int WORSE = 4;

    static StreamingExpert tiny() throws ExpertLoadException {
        return (StreamingExpert)
                ExpertLibrary.load(Path.of("src/test/resources")).named("tiny").orElseThrow();
    }

    static StreamingExpert causal() throws ExpertLoadException {
        Path experts = Path.of(System.getProperty("weir.repository", "..")).resolve("models/experts");
        return (StreamingExpert) ExpertLibrary.load(experts).named("causal").orElseThrow();
    }

    private static TokenRow row(StateArena.Slot slot, boolean provisional, int... ids) {
        return new TokenRow(slot, ids, ids.length, provisional);
    }

    @Test
    void givesTheVotesOneCanAddUpByHand() throws Exception {
        try (StreamingSession session = StreamingSession.open(tiny(), Device.CPU, 2)) {
            TokenRow row = row(session.states().acquire().orElseThrow(), false, BAD, WORSE);
            session.score(List.of(row));
            assertThat(Vote.logOdds(row.vote(0, 0))).isEqualTo(1);
            assertThat(Vote.logOdds(row.vote(1, 0))).isEqualTo(3);
            assertThat(Vote.logOdds(row.vote(1, 1))).isEqualTo(-5);
        }
    }

    @Test
    void carriesTheStateFromRunToRunButNotOutOfAProvisionalRow() throws Exception {
        try (StreamingSession session = StreamingSession.open(tiny(), Device.CPU, 2)) {
            StateArena.Slot slot = session.states().acquire().orElseThrow();
            session.score(List.of(row(slot, false, BAD)));
            TokenRow peek = row(slot, true, WORSE);
            session.score(List.of(peek));
            assertThat(Vote.logOdds(peek.vote(0, 0))).isEqualTo(3);
            TokenRow next = row(slot, false, BAD);
            session.score(List.of(next));
            assertThat(Vote.logOdds(next.vote(0, 0))).isEqualTo(2);
        }
    }

    @Test
    void givesAReusedSlotAStateOfZeros() throws Exception {
        try (StreamingSession session = StreamingSession.open(tiny(), Device.CPU, 1)) {
            StateArena.Slot first = session.states().acquire().orElseThrow();
            session.score(List.of(row(first, false, BAD, WORSE)));
            session.states().release(first);
            TokenRow row = row(session.states().acquire().orElseThrow(), false, BAD);
            session.score(List.of(row));
            assertThat(Vote.logOdds(row.vote(0, 0))).isEqualTo(1);
        }
    }

    @Test
    void failsTheRowOfAStaleSlotAloneAndLeavesItsHeirUnharmed() throws Exception {
        try (StreamingSession session = StreamingSession.open(tiny(), Device.CPU, 2)) {
            StateArena.Slot stale = session.states().acquire().orElseThrow();
            session.states().release(stale);
            StateArena.Slot heir = session.states().acquire().orElseThrow();
            TokenRow late = row(stale, false, WORSE);
            TokenRow good = row(heir, false, BAD);
            session.score(List.of(late, good));
            assertThat(late.failed()).isTrue();
            assertThat(late.stale()).isTrue();
            assertThat(good.failed()).isFalse();
            TokenRow again = row(heir, false, BAD);
            session.score(List.of(again));
            assertThat(Vote.logOdds(again.vote(0, 0))).isEqualTo(2);
        }
    }

    @Test
    void failsARowWithAnIdOutsideTheVocabularyAlone() throws Exception {
        try (StreamingSession session = StreamingSession.open(tiny(), Device.CPU, 2)) {
            TokenRow wrong = row(session.states().acquire().orElseThrow(), false, 7);
            TokenRow good = row(session.states().acquire().orElseThrow(), false, BAD);
            session.score(List.of(wrong, good));
            assertThat(wrong.failed()).isTrue();
            assertThat(wrong.stale()).isFalse();
            assertThat(Vote.logOdds(good.vote(0, 0))).isEqualTo(1);
        }
    }

    @Test
    void refusesToScoreAfterItIsClosed() throws Exception {
        StreamingSession session = StreamingSession.open(tiny(), Device.CPU, 1);
        TokenRow row = row(session.states().acquire().orElseThrow(), false, BAD);
        session.close();
        session.close();
        assertThatThrownBy(() -> session.score(List.of(row))).isInstanceOf(IllegalStateException.class);
        assertThat(session.states().acquire()).isEmpty();
    }

    @Test
    void failsARowAloneForWhichTheModelGivesNumbersThatAreNone() throws Exception {
        try (StreamingSession session = StreamingSession.open(tiny(), Device.CPU, 2)) {
            StateArena.Slot slot = session.states().acquire().orElseThrow();
            try (java.lang.foreign.Arena memory = java.lang.foreign.Arena.ofConfined()) {
                java.lang.foreign.MemorySegment state = memory.allocate(4);
                state.set(java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, Float.NaN);
                session.states().write(slot, state, 0);
            }
            TokenRow broken = row(slot, false, BAD);
            TokenRow good = row(session.states().acquire().orElseThrow(), false, BAD);
            session.score(List.of(broken, good));
            assertThat(broken.failed()).isTrue();
            assertThat(Vote.logOdds(good.vote(0, 0))).isEqualTo(1);
        }
    }

    /** Raw logits, for votes round differences away. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesTheShippedExpertsLogitsBitForBitHoweverTheTextIsCutAndWhoeverSharesTheBatch(boolean kernel)
            throws Exception {
        StreamingExpert expert = kernel ? causal() : causal().withoutKernel();
        int[] ids = new Random(1)
                .ints(64, 1000, expert.tokenizer().vocabularySize())
                .toArray();
        ids[0] = expert.startToken(Role.REPLY);
        try (StreamingSession session = StreamingSession.open(expert, Device.CPU, 16)) {
            List<Integer> whole = bits(session, expert, ids, 64, 0);
            for (int step : new int[] {1, 2, 7, 8, 33}) {
                for (int strangers : new int[] {0, 1, 3, 7}) {
                    assertThat(bits(session, expert, ids, step, strangers))
                            .as("by %d beside %d", step, strangers)
                            .isEqualTo(whole);
                }
            }
            assertThat(bits(session, expert, ids, 64, 5)).isEqualTo(whole);
        }
    }

    @Test
    void givesTheSameBitsInARunPaddedToAShape() throws Exception {
        StreamingExpert expert = causal().withoutKernel();
        RunShapes shapes = new RunShapes(List.of(4, 8), List.of(16, 48));
        try (StreamingSession exact = StreamingSession.open(expert, Placement.CPU, RunShapes.EXACT, 16);
                StreamingSession padded = StreamingSession.open(expert, Placement.CPU, shapes, exact.states())) {
            padded.warm();
            assertThat(inTurns(expert, padded)).isEqualTo(inTurns(expert, exact));
        }
    }

    @Test
    void givesTheSameBitsWhicheverSessionTakesTheNextRow() throws Exception {
        for (StreamingExpert expert : List.of(causal(), causal().withoutKernel())) {
            try (StreamingSession one = StreamingSession.open(expert, Placement.CPU, RunShapes.EXACT, 16);
                    StreamingSession other =
                            StreamingSession.open(expert, Placement.CPU, RunShapes.EXACT, one.states())) {
                assertThat(inTurns(expert, one, other)).isEqualTo(inTurns(expert, one));
            }
        }
    }

    @Test
    void leavesTheStatesToTheSessionsThatAreStillOpen() throws Exception {
        StreamingExpert expert = tiny();
        StreamingSession one = StreamingSession.open(expert, Placement.CPU, RunShapes.EXACT, 2);
        StateArena.Slot slot = one.states().acquire().orElseThrow();
        try (StreamingSession other = StreamingSession.open(expert, Placement.CPU, RunShapes.EXACT, one.states())) {
            one.score(List.of(row(slot, false, BAD)));
            one.close();
            TokenRow next = row(slot, false, BAD);
            other.score(List.of(next));
            assertThat(Vote.logOdds(next.vote(0, 0))).isEqualTo(2);
        }
    }

    /** The logits of one stream whose rows go to the sessions in turn, and the votes on the stranger beside it. */
    private static List<Integer> inTurns(StreamingExpert expert, StreamingSession... sessions) throws Exception {
        StateArena states = sessions[0].states();
        Random random = new Random(1);
        StateArena.Slot slot = states.acquire().orElseThrow();
        StateArena.Slot stranger = states.acquire().orElseThrow();
        List<Integer> bits = new ArrayList<>();
        int turn = 0;
        for (int count : new int[] {1, 5, 16, 17, 2, 60, 1, 1}) {
            int[] ids = random.ints(count, 1000, expert.tokenizer().vocabularySize())
                    .toArray();
            StreamingSession session = sessions[turn++ % sessions.length];
            TokenRow beside = row(stranger, false, 2000 + count, 3000);
            session.score(List.of(row(slot, false, ids), beside));
            for (int i = 0; i < count * expert.categories().size(); i++) {
                bits.add(Float.floatToRawIntBits(session.logit(0, i)));
            }
            for (int category = 0; category < expert.categories().size(); category++) {
                bits.add((int) beside.vote(1, category));
            }
        }
        states.release(slot);
        states.release(stranger);
        return bits;
    }

    private static List<Integer> bits(
            StreamingSession session, StreamingExpert expert, int[] ids, int step, int strangers) throws Exception {
        Random random = new Random(step * 31L + strangers);
        StateArena.Slot slot = session.states().acquire().orElseThrow();
        List<StateArena.Slot> others = new ArrayList<>();
        for (int i = 0; i < strangers; i++) {
            others.add(session.states().acquire().orElseThrow());
        }
        List<Integer> bits = new ArrayList<>();
        int categories = expert.categories().size();
        for (int from = 0; from < ids.length; from += step) {
            int[] part = java.util.Arrays.copyOfRange(ids, from, Math.min(ids.length, from + step));
            List<TokenRow> rows = new ArrayList<>();
            int place = strangers / 2;
            for (int i = 0; i <= strangers; i++) {
                rows.add(
                        i == place
                                ? row(slot, false, part)
                                : row(
                                        others.get(i < place ? i : i - 1),
                                        false,
                                        random.ints(1 + random.nextInt(12), 0, 30000)
                                                .toArray()));
            }
            session.score(rows);
            for (int i = 0; i < part.length * categories; i++) {
                bits.add(Float.floatToRawIntBits(session.logit(place, i)));
            }
        }
        session.states().release(slot);
        others.forEach(session.states()::release);
        return bits;
    }
}
