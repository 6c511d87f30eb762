package dev.weir.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.decision.Position;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.engine.ensemble.Weights;
import dev.weir.models.Category;
import dev.weir.protocol.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VoteTraceTest {
    private static final int PLENTY = 1 << 20;
    private static final Weights EQUAL = new Weights(1, Map.of());

    @Property(tries = 300)
    void whatIsReadIsWhatWasWritten(@ForAll long seed) throws MalformedTraceException {
        TraceRecorder recorder = new TraceRecorder(PLENTY);
        RandomStreams.Words prompt = new RandomStreams.Words();
        RandomStreams.Words reply = new RandomStreams.Words();
        RandomStreams random = new RandomStreams(seed);
        random.tell(recorder.prompt(RandomStreams.VOTERS), prompt);
        random.tell(recorder.reply(RandomStreams.VOTERS), reply);
        VoteTrace trace = VoteTrace.of(recorder.seal(Mode.STREAM, false, 0, TraceEnd.CANCELLED, Position.of(77, 154)));
        assertThat(words(trace.prompt())).isEqualTo(prompt.words);
        assertThat(words(trace.reply())).isEqualTo(reply.words);
        assertThat(Objects.requireNonNull(trace.reply()).voters()).isEqualTo(RandomStreams.VOTERS);
        assertThat(trace.mode()).isEqualTo(Mode.STREAM);
        assertThat(trace.modeAsked()).isFalse();
        assertThat(trace.end()).isEqualTo(TraceEnd.CANCELLED);
        assertThat(Position.codePoints(trace.through())).isEqualTo(77);
        assertThat(Objects.requireNonNull(trace.reply()).isTruncated()).isFalse();
    }

    @Property(tries = 100)
    void saysThatItIsTruncatedAndKeepsWhatCameBefore(@ForAll long seed) throws MalformedTraceException {
        TraceRecorder recorder = new TraceRecorder(200);
        RandomStreams.Words all = new RandomStreams.Words();
        new RandomStreams(seed).tell(recorder.reply(RandomStreams.VOTERS), all);
        VoteTrace trace = VoteTrace.of(recorder.seal(Mode.GATE, true, 0, TraceEnd.ENDED, 0));
        List<String> kept = words(trace.reply());
        assertThat(kept).isEqualTo(all.words.subList(0, kept.size()));
        assertThat(Objects.requireNonNull(trace.reply()).isTruncated()).isEqualTo(kept.size() < all.words.size());
    }

    /**
     * A trace is read from a database that others may have written to. Its sum is of what it holds: bits that only pad, or
     * describe what is not used, may change and change nothing.
     */
    @Property(tries = 300)
    void bytesThatAreNoTraceAreRefusedWithTheReason(@ForAll long seed) {
        Random random = new Random(seed);
        TraceRecorder recorder = new TraceRecorder(PLENTY);
        new RandomStreams(seed).tell(recorder.reply(RandomStreams.VOTERS), new RandomStreams.Words());
        byte[] sealed = recorder.seal(Mode.GATE, true, 0, TraceEnd.ENDED, 0);
        byte[] changed = sealed.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        assertThat(read(changed))
                .satisfiesAnyOf(
                        found -> assertThat(found).startsWith("trace: "),
                        found -> assertThat(found).isEqualTo(read(sealed)));
        byte[] cut = Arrays.copyOf(sealed, random.nextInt(sealed.length));
        assertThatThrownBy(() -> VoteTrace.of(cut)).isInstanceOf(MalformedTraceException.class);
    }

    /** All that a trace says, or why it says nothing. */
    private static String read(byte[] sealed) {
        try {
            VoteTrace trace = VoteTrace.of(sealed);
            return trace.mode() + " " + trace.modeAsked() + " " + trace.carriedLogOdds() + " " + trace.end() + " "
                    + trace.through() + " " + words(trace.reply());
        } catch (MalformedTraceException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void namesTheFormatItDoesNotKnow() {
        assertThatThrownBy(() -> VoteTrace.of(new byte[] {9, 0, 0}))
                .isInstanceOf(MalformedTraceException.class)
                .hasMessage("trace: format 9 (expected: 1)");
    }

    @Test
    void aRecorderThatIsSwitchedOffKeepsNothing() {
        TraceRecorder recorder = new TraceSettings(false, PLENTY).newRecorder();
        new RandomStreams(1).tell(recorder.reply(RandomStreams.VOTERS), new RandomStreams.Words());
        assertThat(recorder.seal(Mode.GATE, true, 0, TraceEnd.ENDED, 0)).isEmpty();
    }

    /** The windowed expert's vote is held between the positions it is asked about. */
    @Test
    void aVoteThatIsHeldCostsNothing() {
        Voter window = new Voter("window", "1", List.of(Category.OTHER, Category.HATE));
        TraceRecorder recorder = new TraceRecorder(PLENTY);
        TextRecorder text = recorder.reply(List.of(window));
        TokenVotes votes = new TokenVotes(List.of(window), EQUAL);
        votes.cast(0)[0] = 5;
        for (int token = 0; token < 1270; token++) {
            text.token(RandomStreams.position(2 * token), RandomStreams.position(2 * token + 1), votes);
        }
        assertThat(text.size()).as("a byte a token, one for the vote").isLessThanOrEqualTo(1270 + 2);
        assertThat(recorder.seal(Mode.GATE, true, 0, TraceEnd.ENDED, 0)).hasSizeLessThan(100);
    }

    /** A trace names categories by their numbers, so a new one goes to the end of the list. */
    @Test
    void categoriesKeepTheirNumbers() {
        assertThat(List.of(Category.values()).toString())
                .isEqualTo(
                        "[VIOLENT_CRIMES, NONVIOLENT_CRIMES, SEX_CRIMES, CHILD_EXPLOITATION, WEAPONS_CBRN, SELF_HARM,"
                                + " INTELLECTUAL_PROPERTY, PRIVACY, DEFAMATION, HATE, SEXUAL_CONTENT, SPECIALIZED_ADVICE,"
                                + " HARASSMENT, PROFANITY, JAILBREAK_INJECTION, FRAUD_SCAMS, CYBER_MALWARE, DRUGS_REGULATED,"
                                + " MISINFORMATION, OTHER, OPAQUE, UNSCORED]");
        assertThat(List.of(Mode.values()).toString()).isEqualTo("[MONITOR, STREAM, GATE]");
    }

    private static List<String> words(RecordedText text) throws MalformedTraceException {
        RandomStreams.Words words = new RandomStreams.Words();
        text.play(EQUAL, words);
        return words.words;
    }
}
