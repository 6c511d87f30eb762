package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.access.Allotment;
import dev.weir.engine.decision.CategoryRule;
import dev.weir.engine.decision.ConversationRule;
import dev.weir.engine.decision.Decider;
import dev.weir.engine.decision.DecisionSink;
import dev.weir.engine.decision.HoldSettings;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.PromptRule;
import dev.weir.engine.decision.StopRuleSettings;
import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.expert.Asker;
import dev.weir.engine.overload.Urgency;
import dev.weir.engine.trace.TraceEnd;
import dev.weir.engine.trace.TraceRecorder;
import dev.weir.models.Category;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.LexiconExpert;
import dev.weir.models.NgramExpert;
import dev.weir.models.Role;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The laws, for a stream that an n-gram expert scores alone: no actor and no session takes part. */
class NgramLaneTest {

    /** Reports, but holds and stops nothing, so that every token of a text is decided. */
    private static final Policy POLICY = new Policy(
            "test",
            1,
            Mode.MONITOR,
            true,
            false,
            List.of(),
            Map.of(
                    Category.OTHER, new CategoryRule(Action.FLAG, 0.6, 0.6),
                    Category.HARASSMENT, new CategoryRule(Action.FLAG, 0.6, 0.6)),
            new StopRuleSettings(4, 40, 0.5, 10, 0.02),
            new HoldSettings(1, 8),
            new PromptRule(0.5, 0.9, 0.1),
            new ConversationRule(0.4, 0, 0),
            "stopped");

    private static Path folder;
    private static EnsembleSnapshot ensemble;

    @BeforeContainer
    static void load() throws Exception {
        folder = Files.createTempDirectory("ngrams");
        ExpertLibrary library =
                ExpertLibrary.load(new TinyNgrams(folder).undecided("tiny").experts());
        NgramExpert expert = (NgramExpert) library.named("tiny").orElseThrow();
        LexiconExpert lexicon = (LexiconExpert) library.named("lexicon").orElseThrow();
        ensemble = new EnsembleSnapshot(
                WeightsVersion.configured(new Weights(1, Map.of()), ""),
                new Weights(1, Map.of()),
                lexicon.lexicon(),
                expert.tokenizer(),
                List.of(),
                List.of(),
                List.of(expert));
    }

    @AfterContainer
    static void remove() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** One stream, and what was decided about each of its tokens. */
    private static final class Scored implements DecisionSink {
        final List<String> trace = new ArrayList<>();
        final TraceRecorder recorder = new TraceRecorder(1 << 20);
        final TextScoring scoring = new TextScoring(
                ensemble,
                new CascadeSettings(0, 1, 0, 0),
                Units.CODEPOINT,
                Role.REPLY,
                TokenTail.EMPTY,
                new Decider(POLICY, Mode.MONITOR, 0, this),
                Urgency.HELD,
                recorder::reply,
                TextScoring.VoteObserver.NONE,
                new Asker(reply -> {}, Allotment.unlimited(), "nobody", Runnable::run));

        Scored append(String delta) {
            scoring.append(delta);
            scoring.advance();
            return this;
        }

        Scored flush() {
            scoring.flush();
            scoring.advance();
            return this;
        }

        List<String> end() {
            scoring.end();
            scoring.advance();
            assertThat(scoring.isDone()).isTrue();
            return trace;
        }

        /** What the ledger would keep of it. */
        byte[] sealed() {
            return recorder.seal(
                    Mode.MONITOR, true, 0, TraceEnd.ENDED, scoring.cursor().length());
        }

        @Override
        public void scored(int tokens, long end, double[] risks) {
            trace.add(tokens + " " + end + " " + risks[Category.OTHER.ordinal()] + " "
                    + risks[Category.HARASSMENT.ordinal()]);
        }

        @Override
        public void flagged(Flag flag) {
            trace.add(flag.toString());
        }

        @Override
        public void redacted(Redaction redaction) {
            trace.add(redaction.toString());
        }

        @Override
        public void stopped(Stop stop) {
            trace.add(stop.toString());
        }
    }

    @Provide
    Arbitrary<List<String>> deltas() {
        Arbitrary<String> delta = Arbitraries.oneOf(
                Arbitraries.of(
                        "kill", "un", "believable", " ", " ", ".", "é", "\u0301", "杀", "\ud83d", "\ude00", "\u200b"),
                Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(8),
                Arbitraries.of("a".repeat(130), "word ".repeat(20), ""));
        return delta.list().ofMaxSize(40);
    }

    /** Law 1: cut anywhere, flushed at any point. */
    @Property(tries = 300)
    void decidesTheSameHoweverTheTextWasCutAndFlushed(@ForAll("deltas") List<String> deltas) {
        Scored cut = new Scored();
        deltas.forEach(delta -> cut.append(delta).flush());
        assertThat(cut.end())
                .isEqualTo(new Scored().append(String.join("", deltas)).end());
    }

    /** Laws 1 and 3: what is recorded to decide it again is the same too, byte for byte. */
    @Property(tries = 300)
    void recordsTheSameHoweverTheTextWasCutAndFlushed(@ForAll("deltas") List<String> deltas) {
        Scored cut = new Scored();
        deltas.forEach(delta -> cut.append(delta).flush());
        cut.end();
        Scored whole = new Scored().append(String.join("", deltas));
        whole.end();
        assertThat(cut.sealed()).isEqualTo(whole.sealed());
    }

    /** Law 2: what was decided of a beginning stays decided, whatever comes after it. */
    @Property(tries = 300)
    void decidesNothingFromWhatComesLater(@ForAll("deltas") List<String> deltas) {
        Scored whole = new Scored();
        List<String> before = List.of();
        for (String delta : deltas) {
            whole.append(delta);
            assertThat(whole.trace.subList(0, before.size())).isEqualTo(before);
            before = List.copyOf(whole.trace);
        }
        Scored beginning = new Scored();
        deltas.subList(0, deltas.size() / 2).forEach(beginning::append);
        assertThat(whole.end().subList(0, beginning.trace.size())).isEqualTo(beginning.trace);
    }

    /** Law 6: streams that share the expert share nothing else. */
    @Property(tries = 100)
    void decidesAsAloneBesideAnotherStream(
            @ForAll("deltas") List<String> deltas, @ForAll("deltas") List<String> others) {
        Scored one = new Scored();
        Scored other = new Scored();
        for (int i = 0; i < Math.max(deltas.size(), others.size()); i++) {
            one.append(i < deltas.size() ? deltas.get(i) : "");
            other.append(i < others.size() ? others.get(i) : "");
        }
        assertThat(one.end())
                .isEqualTo(new Scored().append(String.join("", deltas)).end());
    }

    /** A flush answers with the risk that the text would have if it ended there. */
    @Property(tries = 300)
    void scoresTheTailProvisionallyAsItWouldBeScoredSettled(
            @ForAll @Size(min = 2, max = 20) List<@From("words") String> words) {
        String text = String.join(" ", words);
        Scored flushed = new Scored().append(text).flush();
        Scored ended = new Scored().append(text);
        double before = ended.scoring.risk();
        ended.end();
        assertThat(flushed.scoring.risk()).isEqualTo(Math.max(before, ended.scoring.risk()));
    }

    /** Each is one token. */
    @Provide
    Arbitrary<String> words() {
        return Arbitraries.of("river", "year", "people", "evening", "hate", "you", "wide", "slow");
    }
}
