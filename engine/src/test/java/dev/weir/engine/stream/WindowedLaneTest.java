package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestInbox;
import dev.weir.engine.access.Accesses;
import dev.weir.engine.access.Allotment;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.WindowSchedule;
import dev.weir.engine.expert.Asker;
import dev.weir.engine.overload.Level;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.OverloadSettings;
import dev.weir.engine.overload.QueueLoad;
import dev.weir.engine.overload.Urgency;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.WindowedExpert;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** Which positions a windowed expert is asked about in declared overload, and that a stream says what it lacks. */
class WindowedLaneTest {

    private static final int STRIDE = 16;
    private static final int READABLE = 62;

    private static WindowedExpert minilm;

    @BeforeContainer
    static void load() throws Exception {
        Path repository = Path.of(System.getProperty("weir.repository"));
        minilm = (WindowedExpert) ExpertLibrary.load(repository.resolve("models/experts"))
                .named("minilm")
                .orElseThrow();
        assertThat(List.of(minilm.strideTokens(), minilm.windowTokens())).containsExactly(STRIDE, READABLE + 2);
    }

    private long nanos;
    private int crowded;
    private Overload overload;
    private QueueLoad queue;
    private final TestInbox<Batcher.Command> batcher = TestInbox.create();
    private Allotment tenant = Allotment.unlimited();
    private RowTemplate template = template();

    private RowTemplate template() {
        return new RowTemplate(0, new Asker(reply -> {}, tenant, "connection", Runnable::run));
    }

    @BeforeTry
    void quiet() {
        overload = new Overload(
                new OverloadSettings(true, Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofHours(1)),
                () -> nanos);
        queue = overload.newQueue("minilm", false);
        crowded = 0;
    }

    /** One text, and where its lane asked. */
    private final class Text {
        final WindowedLane lane;
        final CascadeSettings cascade;
        final List<Integer> asked = new ArrayList<>();
        final List<Integer> due = new ArrayList<>();
        private long prefixHash;
        private int seen;

        Text(boolean required, double share) {
            this.cascade = new CascadeSettings(2, 2, share, 7);
            this.lane = new WindowedLane(
                    new EnsembleSnapshot.Windowed(minilm, batcher.getRef(), queue, true),
                    cascade,
                    required,
                    TokenTail.EMPTY,
                    0);
        }

        void see(boolean last) {
            int id = 1_000 + seen++;
            prefixHash = CascadeSettings.extend(prefixHash, id);
            if (WindowSchedule.contains(seen, STRIDE) && cascade.asks(0, prefixHash)) {
                due.add(seen);
            }
            lane.see(id);
            lane.consider(0, last, template, Urgency.HELD);
            if (batcher.hasMessages()) {
                batcher.getAllReceived();
                asked.add(seen);
            }
        }

        /** Whether some window that was asked holds what came since the place before this one. */
        boolean isCovered(int position) {
            int from = WindowSchedule.before(position, STRIDE);
            return asked.stream().anyMatch(at -> at >= position && at - READABLE <= from);
        }
    }

    @Property(tries = 200)
    void asksWhereTheCascadeWantsUntilOverloadIsDeclared(
            @ForAll @IntRange(min = 1, max = 300) int tokens, @ForAll Random random) {
        crowd(random.nextInt(3));
        Text text = new Text(false, random.nextDouble());
        read(text, tokens, random);
        assertThat(text.asked).isEqualTo(text.due);
        assertThat(text.lane.isCoarse()).isFalse();
        assertThat(text.lane.hasOverslept()).isFalse();
    }

    /** Coarse is late, never blind: what was to be read is read before the text is over. */
    @Property(tries = 300)
    void leavesAPositionOnlyToAWindowThatStillHoldsItsText(
            @ForAll @IntRange(min = 1, max = 300) int tokens, @ForAll Random random) {
        declare(Level.COARSE);
        Text text = new Text(false, random.nextDouble());
        read(text, tokens, random);
        assertThat(text.due).allMatch(text::isCovered);
        assertThat(text.lane.hasOverslept()).isFalse();
        assertThat(text.lane.isCoarse()).isEqualTo(!text.asked.containsAll(text.due));
        assertThat(text.lane.endOwing()).isFalse();
    }

    /** Law 7: where a position is covered by no window, the stream names the expert. */
    @Property(tries = 300)
    void saysSoWhereASpanIsLeftUnread(@ForAll @IntRange(min = 1, max = 300) int tokens, @ForAll Random random) {
        declare(Level.ASLEEP);
        Text text = new Text(false, random.nextDouble());
        read(text, tokens, random);
        if (!text.due.stream().allMatch(text::isCovered)) {
            assertThat(text.lane.hasOverslept()).isTrue();
        }
    }

    @Property(tries = 100)
    void asksAnExpertThatThePolicyRequiresWhateverTheLevel(
            @ForAll @IntRange(min = 1, max = 300) int tokens, @ForAll Random random) {
        declare(Level.ASLEEP);
        Text text = new Text(true, random.nextDouble());
        read(text, tokens, random);
        assertThat(text.asked).isEqualTo(text.due);
        assertThat(text.lane.isCoarse()).isFalse();
    }

    /** A tenant over its share is read as late as in overload, and never by an expert less. */
    @Property(tries = 100)
    void readsATenantOverItsShareCoarselyWhateverTheLevel(
            @ForAll @IntRange(min = 1, max = 300) int tokens,
            @ForAll("untilRefusing") Level level,
            @ForAll Random random) {
        declare(level);
        limitTo(1);
        tenant.spendWindows(1_000);
        Text text = new Text(false, random.nextDouble());
        for (int token = 1; token <= tokens; token++) {
            int asked = text.asked.size();
            text.see(token == tokens);
            queue.dropped(text.asked.size() - asked); // nobody waits
        }
        assertThat(text.due).allMatch(text::isCovered);
        assertThat(text.lane.hasOverslept()).isFalse();
        assertThat(text.lane.isCoarse()).isEqualTo(!text.asked.containsAll(text.due));
        assertThat(queue.coarse()).as("what overload counts").isZero();
    }

    @Provide
    Arbitrary<Level> untilRefusing() {
        return Arbitraries.of(Level.NORMAL, Level.COARSE, Level.ASLEEP);
    }

    @Example
    void readsATenantWithinItsShareAtEveryPosition() {
        limitTo(2);
        Text text = new Text(false, 1);
        IntStream.range(0, 160).forEach(token -> text.see(false));
        assertThat(text.asked).as("ten seconds' worth at once").isEqualTo(text.due);
        IntStream.range(0, 160).forEach(token -> text.see(false));
        assertThat(text.asked).as("and then what is its").isNotEqualTo(text.due);
    }

    private void limitTo(int windowsPerSecond) {
        tenant = Accesses.of(
                        Clock.systemUTC(),
                        () -> 0,
                        "tenant-defaults.quotas.encoder-windows-per-second = " + windowsPerSecond)
                .allotments()
                .of("default");
        template = template();
    }

    @Example
    void skipsTwoStridesOfThreeWhileNobodyIsLetIn() {
        declare(Level.COARSE);
        crowd(100);
        Text text = new Text(false, 1);
        IntStream.range(0, 160).forEach(token -> text.see(false));
        assertThat(text.asked).containsExactly(48, 96, 144);
    }

    @Example
    void aTextThatEndsBeforeWhatItOwesIsPaidSaysSo() {
        declare(Level.COARSE);
        crowd(100);
        Text text = new Text(false, 1);
        IntStream.range(0, 20).forEach(token -> text.see(false));
        assertThat(text.lane.hasOverslept()).isFalse();
        assertThat(text.lane.endOwing()).isTrue();
        assertThat(text.lane.hasOverslept()).isTrue();
        assertThat(text.lane.endOwing()).isFalse();
    }

    private void read(Text text, int tokens, Random random) {
        for (int token = 1; token <= tokens; token++) {
            crowd(random.nextInt(3));
            text.see(token == tokens);
        }
    }

    /** So many rows wait, and each takes 20 ms: a row that is held is let in behind one at most. */
    private void crowd(int rows) {
        queue.dropped(crowded);
        for (crowded = 0; crowded < rows; crowded++) {
            queue.sent();
        }
    }

    private void declare(Level level) {
        for (int interval = 0; interval < level.ordinal(); interval++) {
            queue.sent();
            long began = queue.begins(1, nanos - 60_000_000);
            nanos += 20_000_000;
            queue.ended(1, began);
            overload.look(0);
        }
        assertThat(overload.level()).isEqualTo(level);
    }
}
