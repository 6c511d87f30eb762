package dev.weir.engine.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.access.Allotment;
import dev.weir.engine.expert.Asker;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.expert.ExpertSession.Row;
import dev.weir.engine.overload.Urgency;
import dev.weir.models.WindowRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeTry;

class WaitingRowsTest {

    private static final Allotment TENANT = Allotment.unlimited();
    private static final BatchingSettings BOUNDS = new BatchingSettings(4, 64);
    private static final BatchingSettings ALL = new BatchingSettings(64, 64);

    private WaitingRows waiting;
    private long clock;

    @BeforeTry
    void empty() {
        waiting = new WaitingRows();
    }

    /** @param stays false for one whose stream is over before its turn */
    private record Arriving(int connection, int tokens, Urgency urgency, boolean stays) {}

    @Provide
    Arbitrary<List<List<Arriving>>> arrivals() {
        Arbitrary<Arriving> row = Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(1, 3, 12, 40, 64),
                        Arbitraries.of(Urgency.class),
                        Arbitraries.of(true, true, true, false))
                .as(Arriving::new);
        return row.list().ofMaxSize(6).list().ofMaxSize(40);
    }

    /** Each row once, or not at all when nobody wants it; a run is within its bounds. */
    @Property(tries = 300)
    void everyRowThatIsWantedIsTakenOnce(@ForAll("arrivals") List<List<Arriving>> arrivals) {
        Map<Row, Boolean> wanted = new IdentityHashMap<>();
        List<Row> taken = new ArrayList<>();
        for (List<Arriving> arriving : arrivals) {
            for (Arriving next : arriving) {
                Asker asker = new Asker(reply -> {}, TENANT, next.connection(), Runnable::run);
                Row row = row(next.tokens(), next.urgency(), asker);
                waiting.add(row);
                wanted.put(row, next.stays());
                if (!next.stays()) {
                    asker.leave();
                }
            }
            taken.addAll(takeRun());
        }
        for (List<Row> run = takeRun(); !run.isEmpty(); run = takeRun()) {
            taken.addAll(run);
        }
        assertThat(taken).doesNotHaveDuplicates().allMatch(wanted::get);
        assertThat(taken.size() + waiting.takeDropped()).isEqualTo(wanted.size());
        assertThat(waiting.size()).isZero();
    }

    /** Whatever arrives behind it: every fourth run is that of whoever has waited longest. */
    @Property(tries = 100)
    void noRowWaitsLongerThanFourRunsForEachThatWasThereBeforeIt(@ForAll("arrivals") List<List<Arriving>> arrivals) {
        for (List<Arriving> arriving : arrivals) {
            arriving.forEach(next -> waiting.add(row(next.tokens(), next.urgency(), next.connection())));
        }
        int before = waiting.size();
        Row mine = row(64, Urgency.UNATTENDED, "mine");
        waiting.add(mine);
        int runs = -1;
        for (List<Row> run = List.of(); !run.contains(mine); run = takeRun()) {
            runs++;
            assertThat(runs).isLessThanOrEqualTo(4 * (before + 1));
            for (int i = 0; i < 4; i++) {
                waiting.add(row(1, Urgency.NEAR_STOP, "others"));
            }
        }
    }

    /** In the order of their urgency, whatever the order they came in. */
    @Property(tries = 100)
    void theLessUrgentWaitForAllOthers(@ForAll("urgencies") List<Urgency> came) {
        came.forEach(urgency -> waiting.add(row(1, urgency, "one")));
        List<Urgency> taken = new ArrayList<>();
        for (List<Row> run = waiting.takeBatch(ALL); !run.isEmpty(); run = waiting.takeBatch(ALL)) {
            run.forEach(row -> taken.add(row.urgency()));
        }
        assertThat(taken)
                .isEqualTo(came.stream().sorted(Comparator.reverseOrder()).toList());
    }

    @Provide
    Arbitrary<List<Urgency>> urgencies() {
        return Arbitraries.of(Urgency.class).list().ofMaxSize(60);
    }

    /** Law of a share: a small connection never waits for more than one row of each other before each of its own. */
    @Property(tries = 100)
    void aConnectionWithLittleIsNotBehindOneWithMuch(@ForAll("greed") int greed) {
        for (int i = 0; i < greed; i++) {
            waiting.add(row(1, Urgency.HELD, "greedy"));
        }
        takeRun();
        waiting.add(row(1, Urgency.HELD, "small"));
        waiting.add(row(1, Urgency.HELD, "small"));
        Map<Object, Integer> shares = new HashMap<>();
        takeRun().forEach(row -> shares.merge(row.asker().source(), 1, Integer::sum));
        assertThat(shares).containsEntry("small", 2);
    }

    @Provide
    Arbitrary<Integer> greed() {
        return Arbitraries.integers().between(8, 2_000);
    }

    @Example
    void aConnectionThatWasAwayHasSavedNoTurns() {
        for (int i = 0; i < 400; i++) {
            waiting.add(row(1, Urgency.HELD, "steady"));
        }
        for (int run = 0; run < 50; run++) {
            takeRun();
        }
        for (int i = 0; i < 50; i++) {
            waiting.add(row(1, Urgency.HELD, "back"));
        }
        int back = 0;
        for (int run = 0; run < 8; run++) {
            back += (int) takeRun().stream()
                    .filter(row -> row.asker().source().equals("back"))
                    .count();
        }
        assertThat(back).as("of 32").isBetween(12, 20);
    }

    /** Opening more connections buys a tenant nothing. */
    @Property(tries = 100)
    void aTenantOfOneConnectionGetsAsMuchAsOneOfMany(@ForAll("greed") int greed) {
        Allotment many = Allotment.unlimited();
        Allotment one = Allotment.unlimited();
        for (int i = 0; i < greed; i++) {
            waiting.add(row(1, Urgency.HELD, new Asker(reply -> {}, many, i, Runnable::run)));
        }
        takeRun();
        for (int i = 0; i < 6; i++) {
            waiting.add(row(1, Urgency.HELD, new Asker(reply -> {}, one, "only", Runnable::run)));
        }
        int served = 0;
        for (int run = 0; run < 2; run++) {
            served += (int) takeRun().stream()
                    .filter(row -> row.asker().tenant() == one)
                    .count();
        }
        assertThat(served).as("of 8").isBetween(3, 5);
    }

    /** A stream has one row at a time, but a text and its prompt may meet: what is alike leaves as it came. */
    @Property(tries = 100)
    void rowsOfAKindLeaveInTheOrderTheyCame(@ForAll("arrivals") List<List<Arriving>> arrivals) {
        List<Row> sent = new ArrayList<>();
        List<Row> taken = new ArrayList<>();
        for (List<Arriving> arriving : arrivals) {
            for (Arriving next : arriving) {
                Row row = row(1, Urgency.HELD, "one");
                sent.add(row);
                waiting.add(row);
            }
            taken.addAll(takeRun());
        }
        for (List<Row> run = takeRun(); !run.isEmpty(); run = takeRun()) {
            taken.addAll(run);
        }
        assertThat(taken).isEqualTo(sent);
    }

    private List<Row> takeRun() {
        List<Row> run = waiting.takeBatch(BOUNDS);
        int longest = run.stream().mapToInt(Row::tokens).max().orElse(0);
        assertThat(run).hasSizeLessThanOrEqualTo(4);
        assertThat(run.size() == 1 || run.size() * longest <= 64).isTrue();
        return run;
    }

    private Row row(int tokens, Urgency urgency, Object connection) {
        return row(tokens, urgency, new Asker(reply -> {}, TENANT, connection, Runnable::run));
    }

    private Row row(int tokens, Urgency urgency, Asker asker) {
        return new ExpertSession.WindowedRow(new WindowRow(new int[tokens], tokens), 0, urgency, ++clock, asker);
    }
}
