package dev.weir.engine.trace;

import dev.weir.engine.decision.CategoryRule;
import dev.weir.engine.decision.ConversationRule;
import dev.weir.engine.decision.Decider;
import dev.weir.engine.decision.Decision;
import dev.weir.engine.decision.DecisionSink;
import dev.weir.engine.decision.Ending;
import dev.weir.engine.decision.HoldSettings;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Position;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.decision.PromptDecision;
import dev.weir.engine.decision.PromptRule;
import dev.weir.engine.decision.StopRuleSettings;
import dev.weir.engine.decision.Threshold;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.engine.ensemble.Weights;
import dev.weir.models.Category;
import dev.weir.models.Rule;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Streams of votes that no expert cast, with everything that can happen to one, from a seed. */
final class RandomStreams {

    static final List<Voter> VOTERS = List.of(
            new Voter("fast", "1", List.of(Category.values())),
            new Voter("window", "2.1", List.of(Category.OTHER, Category.HATE, Category.HARASSMENT)),
            new Voter("one", "x", List.of(Category.OTHER)));
    private static final List<Rule> RULES = List.of(
            new Rule("phrase.a", Category.HATE, (byte) 40, null, 256),
            new Rule("phrase.ü", Category.VIOLENT_CRIMES, (byte) -20, null, 256),
            new Rule("secret.card", Category.PRIVACY, (byte) 35, "[card number]", 40));

    private final Random random;

    RandomStreams(long seed) {
        random = new Random(seed);
    }

    /** A stream as a session decides it: recorded, and decided at the same time. */
    record Lived(byte[] trace, List<Decision> decisions) {}

    /** @param maxBytes of the recording */
    Lived live(Policy policy, Mode mode, Weights weights, int maxBytes) {
        TraceRecorder recorder = new TraceRecorder(maxBytes);
        List<Decision> decisions = new ArrayList<>();
        double fromConversation = random.nextBoolean() ? 0 : random.nextDouble();
        DecisionSink sink = sink(decisions);
        PromptDecision prompt = PromptDecision.NONE;
        if (random.nextBoolean()) {
            Decider decider = PromptDecision.newDecider(policy);
            Text text = new Text(recorder.prompt(VOTERS), decider, weights, List.of());
            text.run(random.nextInt(40));
            if (random.nextInt(8) == 0) {
                Ending ending = Ending.ofCancelled(null);
                return new Lived(
                        recorder.seal(mode, true, fromConversation, TraceEnd.CANCELLED, 0),
                        List.of(Decision.of(ending, 0)));
            }
            prompt = PromptDecision.of(policy, mode, decider, text.broken, text.unread);
        }
        TextRecorder reply = recorder.reply(VOTERS);
        prompt.stop().ifPresent(sink::stopped);
        Decider decider = new Decider(policy, mode, prompt.carriedLogOdds() + fromConversation, sink);
        Text text = new Text(reply, decider, weights, prompt.broken());
        if (decisions.isEmpty()) {
            text.run(random.nextInt(300));
        }
        boolean stopped = prompt.stop().isPresent() || decider.isStopped();
        TraceEnd end = stopped ? TraceEnd.STOPPED : TraceEnd.values()[1 + random.nextInt(3)];
        long through = Position.of(text.at, text.at);
        switch (end) {
            case ENDED -> decisions.add(Decision.of(Ending.ofWhole(prompt, decider), through));
            case CANCELLED -> decisions.add(Decision.of(Ending.ofCancelled(decider), through));
            case STOPPED, BROKEN_OFF -> {}
        }
        return new Lived(recorder.seal(mode, true, fromConversation, end, through), decisions);
    }

    /** One text's events, handed to both in turn. */
    void tell(TextEvents one, TextEvents other) {
        TextEvents both = new TextEvents() {
            @Override
            public void token(long start, long end, TokenVotes votes) {
                one.token(start, end, votes);
                other.token(start, end, votes);
            }

            @Override
            public void match(Rule rule, long start, long end) {
                one.match(rule, start, end);
                other.match(rule, start, end);
            }

            @Override
            public void unread(List<String> experts, long at) {
                one.unread(experts, at);
                other.unread(experts, at);
            }

            @Override
            public void broken(List<String> experts, long at) {
                one.broken(experts, at);
                other.broken(experts, at);
            }
        };
        Decider unstoppable = new Decider(policy(), Mode.MONITOR, 0, DecisionSink.IGNORED);
        new Text(both, unstoppable, weights(), List.of()).run(random.nextInt(400));
    }

    Policy policy() {
        Map<Category, CategoryRule> rules = new EnumMap<>(Category.class);
        for (Category category : Category.values()) {
            double threshold = 0.2 + 0.79 * random.nextDouble();
            rules.put(
                    category,
                    new CategoryRule(
                            Action.values()[random.nextInt(Action.values().length)],
                            random.nextBoolean()
                                    ? Threshold.constant(threshold)
                                    : new Threshold(new PositionBands(List.of(17, 90)), List.of(1.0, threshold, 0.6)),
                            threshold / 2));
        }
        return new Policy(
                "random",
                1 + random.nextInt(9),
                Mode.values()[random.nextInt(3)],
                random.nextBoolean(),
                random.nextBoolean(),
                List.of("fast", "window"),
                rules,
                new StopRuleSettings(1 + 5 * random.nextDouble(), 40, random.nextDouble(), 10, 0.02),
                new HoldSettings(0.3, random.nextInt(20)),
                new PromptRule(0.5 + random.nextDouble() / 2, 0.7 + 0.3 * random.nextDouble(), random.nextDouble()),
                new ConversationRule(0.4, 0.15, 0.65),
                "stopped \"here\"");
    }

    Weights weights() {
        Map<String, Double> byExpert = new HashMap<>();
        VOTERS.forEach(voter -> byExpert.put(voter.name(), 0.01 + 5 * random.nextDouble()));
        return new Weights(random.nextInt(1000), byExpert);
    }

    static DecisionSink sink(List<Decision> decisions) {
        return new DecisionSink() {
            @Override
            public void flagged(Flag flag) {
                decisions.add(Decision.of(flag));
            }

            @Override
            public void redacted(Redaction redaction) {
                decisions.add(Decision.of(redaction));
            }

            @Override
            public void stopped(Stop stop) {
                decisions.add(Decision.of(stop));
            }
        };
    }

    /** One text whose events are made up as it goes. */
    private final class Text {
        private final TextEvents recorder;
        private final Decider decider;
        private final TokenVotes votes;
        private final List<String> brokenOnPrompt;
        private final double calm = -1 - 4 * random.nextDouble();
        private List<String> broken = List.of();
        private List<String> unread = List.of();
        private int at;

        Text(TextEvents recorder, Decider decider, Weights weights, List<String> brokenOnPrompt) {
            this.recorder = recorder;
            this.decider = decider;
            this.votes = new TokenVotes(VOTERS, weights);
            this.brokenOnPrompt = brokenOnPrompt;
        }

        void run(int events) {
            for (int event = 0; event < events && !decider.isStopped(); event++) {
                switch (random.nextInt(40)) {
                    case 0 -> match();
                    case 1 -> {
                        unread = some();
                        recorder.unread(unread, position(at));
                        decider.onUnread(unread, position(at));
                    }
                    case 2 -> {
                        if (random.nextInt(4) == 0) {
                            broken = some();
                            recorder.broken(broken, position(at + 5));
                            List<String> all = new ArrayList<>(brokenOnPrompt);
                            all.addAll(broken);
                            decider.onBroken(all, position(at + 5));
                        }
                    }
                    default -> token();
                }
            }
        }

        private void token() {
            int start = at + (random.nextInt(20) == 0 ? random.nextInt(400) : random.nextInt(3));
            at = start + 1 + random.nextInt(random.nextInt(20) == 0 ? 300 : 12);
            votes.clear();
            for (int voter = 0; voter < VOTERS.size(); voter++) {
                if (random.nextInt(10) == 0) {
                    continue;
                }
                byte[] cast = votes.cast(voter);
                int changes = random.nextInt(3) == 0 ? 0 : random.nextInt(cast.length + 1);
                for (int change = 0; change < changes; change++) {
                    cast[random.nextInt(cast.length)] =
                            (byte) Math.clamp(Math.round(16 * (calm + 3 * random.nextGaussian())), -127, 127);
                }
            }
            recorder.token(position(start), position(at), votes);
            decider.onToken(position(start), position(at), votes.mix());
        }

        private void match() {
            Rule rule = RULES.get(random.nextInt(RULES.size()));
            int start = Math.max(0, at - random.nextInt(500));
            int end = start + random.nextInt(30);
            recorder.match(rule, position(start), position(end));
            decider.onMatch(rule, position(start), position(end));
        }

        private List<String> some() {
            return VOTERS.stream()
                    .map(Voter::name)
                    .filter(name -> random.nextInt(3) == 0)
                    .toList();
        }
    }

    /** Another unit than code points beside them, which a recording leaves out. */
    static long position(int codePoints) {
        return Position.of(codePoints, codePoints * 2);
    }

    /** Writes down in words what it is given. */
    static final class Words implements TextEvents {
        final List<String> words = new ArrayList<>();

        @Override
        public void token(long start, long end, TokenVotes votes) {
            StringBuilder cast = new StringBuilder();
            for (int voter = 0; voter < votes.voters().size(); voter++) {
                cast.append(votes.isCast(voter) ? Arrays.toString(votes.of(voter)) : "-");
            }
            words.add("token " + span(start, end) + cast);
        }

        @Override
        public void match(Rule rule, long start, long end) {
            words.add("match " + rule + span(start, end));
        }

        @Override
        public void unread(List<String> experts, long at) {
            words.add("unread " + experts + span(at, at));
        }

        @Override
        public void broken(List<String> experts, long at) {
            words.add("broken " + experts + span(at, at));
        }

        private static String span(long start, long end) {
            return " " + Position.codePoints(start) + "-" + Position.codePoints(end) + " ";
        }
    }
}
