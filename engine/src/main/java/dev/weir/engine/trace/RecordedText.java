package dev.weir.engine.trace;

import dev.weir.engine.decision.Position;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.engine.ensemble.Weights;
import dev.weir.models.Category;
import dev.weir.models.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One text as a {@link TextRecorder} wrote it down, to be gone through any number of times. */
public final class RecordedText {

    /** As many as one number of a trace can tell apart. */
    private static final int MOST_VOTERS = Long.SIZE - 1;

    private final List<Voter> voters;
    private final ByteSource events;
    private final List<ByteSource> votes; // control and differences of each voter in turn

    private final boolean truncated;

    private RecordedText(boolean truncated, List<Voter> voters, ByteSource events, List<ByteSource> votes) {
        this.truncated = truncated;
        this.voters = List.copyOf(voters);
        this.events = events;
        this.votes = List.copyOf(votes);
    }

    static RecordedText readFrom(ByteSource source) throws MalformedTraceException {
        boolean truncated = source.take() != 0;
        List<Voter> voters = new ArrayList<>();
        int count = source.takeUpTo(MOST_VOTERS, "number of experts");
        for (int voter = 0; voter < count; voter++) {
            String name = source.takeText();
            String version = source.takeText();
            List<Category> categories = new ArrayList<>();
            int voted = source.takeUpTo(Category.values().length, "number of an expert's categories");
            for (int category = 0; category < voted; category++) {
                categories.add(takeCategory(source));
            }
            voters.add(new Voter(name, version, categories));
        }
        ByteSource events = source.takeLog();
        List<ByteSource> votes = new ArrayList<>();
        for (int log = 0; log < 2 * count; log++) {
            votes.add(source.takeLog());
        }
        return new RecordedText(truncated, voters, events, votes);
    }

    /** Those whose votes are recorded, in the order in which they are added up. */
    public List<Voter> voters() {
        return voters;
    }

    /** Whether more was decided than is recorded. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Hands on everything that was recorded. */
    public void play(Weights weights, TextEvents to) throws MalformedTraceException {
        play(weights, to, () -> false);
    }

    /**
     * Hands on what was recorded, event by event.
     *
     * @param weights that the votes handed on are mixed with
     * @param over asked before each event; nothing comes after it says yes
     */
    public void play(Weights weights, TextEvents to, BooleanSupplier over) throws MalformedTraceException {
        TokenVotes cast = new TokenVotes(voters, weights);
        List<VoteReplay> replays = new ArrayList<>();
        for (int voter = 0; voter < voters.size(); voter++) {
            replays.add(new VoteReplay(
                    voter,
                    voters.get(voter).categories().size(),
                    votes.get(2 * voter).again(),
                    votes.get(2 * voter + 1).again()));
        }
        ByteSource source = events.again();
        List<Rule> rules = new ArrayList<>();
        int lastEnd = 0;
        while (source.hasMore() && !over.getAsBoolean()) {
            int event = source.take();
            switch (event) {
                case TextRecorder.MATCH -> {
                    Rule rule = takeRule(source, rules);
                    int start = lastEnd + (int) source.takeSigned();
                    to.match(rule, position(start), position(start + (int) source.takeSigned()));
                }
                case TextRecorder.UNREAD -> {
                    List<String> experts = takeExperts(source);
                    to.unread(experts, position(lastEnd + (int) source.takeSigned()));
                }
                case TextRecorder.BROKEN -> {
                    List<String> experts = takeExperts(source);
                    to.broken(experts, position(lastEnd + (int) source.takeSigned()));
                }
                default -> {
                    int shortToken = event - TextRecorder.SHORT_TOKEN;
                    boolean isLong = event == TextRecorder.LONG_TOKEN;
                    int start =
                            lastEnd + (isLong ? (int) source.takeSigned() : shortToken % TextRecorder.SHORT_GAPS);
                    lastEnd = start + (isLong ? (int) source.takeSigned() : shortToken / TextRecorder.SHORT_GAPS);
                    cast.clear();
                    for (VoteReplay replay : replays) {
                        replay.castNext(cast);
                    }
                    to.token(position(start), position(lastEnd), cast);
                }
            }
        }
    }

    private static Rule takeRule(ByteSource source, List<Rule> rules) throws MalformedTraceException {
        int number = source.takeUpTo(rules.size(), "rule");
        if (number == rules.size()) {
            rules.add(new Rule(
                    source.takeText(),
                    takeCategory(source),
                    (byte) source.take(),
                    source.take() == 0 ? null : source.takeText(),
                    source.takeUpTo(Integer.MAX_VALUE, "longest match of a rule")));
        }
        return rules.get(number);
    }

    private List<String> takeExperts(ByteSource source) throws MalformedTraceException {
        long which = source.takeNumber();
        List<String> experts = new ArrayList<>();
        for (int voter = 0; voter < voters.size(); voter++) {
            if ((which & 1L << voter) != 0) {
                experts.add(voters.get(voter).name());
            }
        }
        return experts;
    }

    private static Category takeCategory(ByteSource source) throws MalformedTraceException {
        return Category.values()[source.takeUpTo(Category.values().length - 1, "category")];
    }

    private static long position(int codePoints) {
        return Position.of(codePoints, codePoints);
    }
}
