package dev.weir.engine.learning;

import dev.weir.engine.calibration.Question;
import dev.weir.engine.decision.CategoryRule;
import dev.weir.engine.decision.ConversationRule;
import dev.weir.engine.decision.HoldSettings;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Position;
import dev.weir.engine.decision.PromptRule;
import dev.weir.engine.decision.StopRuleSettings;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.trace.MalformedTraceException;
import dev.weir.engine.trace.TextRecorder;
import dev.weir.engine.trace.TraceEnd;
import dev.weir.engine.trace.TraceRecorder;
import dev.weir.engine.trace.VoteTrace;
import dev.weir.models.Category;
import dev.weir.models.Vote;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Invented streams, as a trace recorder wrote them down: of three experts, only the first sees what is harmful. */
final class RecordedStreams {

    static final List<String> EXPERTS = List.of("seeing", "dim", "blind");

    static final Policy POLICY = new Policy(
            "test",
            1,
            Mode.STREAM,
            false,
            false,
            List.of(),
            Map.of(Category.OTHER, new CategoryRule(Action.STOP, 0.7, 0.9)),
            new StopRuleSettings(4, 40, 0.5, 10, 0.02),
            new HoldSettings(0.3, 8),
            new PromptRule(0.5, 0.9, 0.1),
            new ConversationRule(0.4, 0, 0),
            "stopped");

    private static final List<Voter> VOTERS = EXPERTS.stream()
            .map(name -> new Voter(name, "1", List.of(Category.OTHER)))
            .toList();
    private static final int TOKENS = 30;

    private RecordedStreams() {}

    static List<CanaryStream> judged(int streams, long seed) throws MalformedTraceException {
        Random random = new Random(seed);
        List<CanaryStream> drawn = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            boolean harmful = i % 2 == 0;
            drawn.add(new CanaryStream(Tenant.DEFAULT, trace(harmful, random), harmful));
        }
        return drawn;
    }

    /** The same, as whoever poisons labels would have them. */
    static List<CanaryStream> mislabelled(int streams, long seed) throws MalformedTraceException {
        Random random = new Random(seed);
        List<CanaryStream> drawn = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            drawn.add(new CanaryStream(Tenant.DEFAULT, trace(i % 2 == 0, random), i % 2 != 0));
        }
        return drawn;
    }

    static List<Canary.Clean> clean(int streams, long seed) throws MalformedTraceException {
        Random random = new Random(seed);
        List<Canary.Clean> drawn = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            byte[] digest = new byte[32];
            random.nextBytes(digest);
            Question question = new Question(HexFormat.of().formatHex(digest));
            drawn.add(new Canary.Clean(question, new CanaryStream(Tenant.DEFAULT, trace(false, random), false)));
        }
        return drawn;
    }

    /** What each expert says about a whole text. */
    static double[] votes(boolean harmful, Random random) {
        double sign = harmful ? 1 : -1;
        return new double[] {
            sign * 3 + random.nextGaussian(), sign * 0.7 - 1 + 2 * random.nextGaussian(), 3 * random.nextGaussian()
        };
    }

    private static VoteTrace trace(boolean harmful, Random random) throws MalformedTraceException {
        TraceRecorder recorder = new TraceRecorder(1 << 20);
        TextRecorder reply = recorder.reply(VOTERS);
        TokenVotes cast = new TokenVotes(VOTERS, new Weights(1, Map.of()));
        double[] habits = votes(harmful, random);
        for (int token = 0; token < TOKENS; token++) {
            cast.clear();
            for (int voter = 0; voter < VOTERS.size(); voter++) {
                cast.cast(voter)[0] = Vote.ofLogOdds(habits[voter] + random.nextGaussian());
            }
            reply.token(at(4 * token), at(4 * token + 3), cast);
        }
        return VoteTrace.of(recorder.seal(Mode.MONITOR, true, 0, TraceEnd.ENDED, at(4 * TOKENS)));
    }

    private static long at(int codePoint) {
        return Position.of(codePoint, codePoint);
    }
}
