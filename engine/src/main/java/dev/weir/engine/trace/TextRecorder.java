package dev.weir.engine.trace;

import dev.weir.engine.decision.Position;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.models.Category;
import dev.weir.models.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes down what one text is decided from while it is decided. Positions are kept in code points, which decisions and
 * receipts count in. Allocates only to grow. Not thread-safe.
 *
 * <p>A token is one byte where it is at most {@value #LONGEST_SHORT} code points long and at most two behind the token
 * before it, and each voter's votes follow in a log of their own.
 */
public final class TextRecorder implements TextEvents {

    static final int MATCH = 0;
    static final int UNREAD = 1;
    static final int BROKEN = 2;
    static final int LONG_TOKEN = 3;
    static final int SHORT_TOKEN = 4;
    static final int SHORT_GAPS = 3;
    static final int LONGEST_SHORT = 83;

    private final List<Voter> voters;
    private final int maxBytes;
    private final ByteLog events = new ByteLog();
    private final VoteLog[] votes;
    private final Map<Rule, Integer> rules = new LinkedHashMap<>();
    private int lastEnd;
    private boolean truncated;

    /** @param maxBytes beyond which nothing more is written; 0 writes nothing at all */
    TextRecorder(List<Voter> voters, int maxBytes) {
        this.voters = voters;
        this.maxBytes = maxBytes;
        this.truncated = maxBytes <= 0;
        this.votes = truncated
                ? new VoteLog[0]
                : voters.stream()
                        .map(voter -> new VoteLog(voter.categories().size()))
                        .toArray(VoteLog[]::new);
    }

    @Override
    public void token(long start, long end, TokenVotes cast) {
        if (isFull()) {
            return;
        }
        int from = Position.codePoints(start);
        int to = Position.codePoints(end);
        int gap = from - lastEnd;
        int length = to - from;
        if (gap >= 0 && gap < SHORT_GAPS && length >= 0 && length <= LONGEST_SHORT) {
            events.put(SHORT_TOKEN + length * SHORT_GAPS + gap);
        } else {
            events.put(LONG_TOKEN);
            events.putSigned(gap);
            events.putSigned(length);
        }
        lastEnd = to;
        for (int voter = 0; voter < votes.length; voter++) {
            if (cast.isCast(voter)) {
                votes[voter].add(cast.of(voter));
            } else {
                votes[voter].addSilence();
            }
        }
    }

    @Override
    public void match(Rule rule, long start, long end) {
        if (isFull()) {
            return;
        }
        events.put(MATCH);
        Integer known = rules.get(rule);
        events.putNumber(known == null ? rules.size() : known);
        if (known == null) {
            rules.put(rule, rules.size());
            define(rule);
        }
        events.putSigned(Position.codePoints(start) - lastEnd);
        events.putSigned(Position.codePoints(end) - Position.codePoints(start));
    }

    @Override
    public void unread(List<String> experts, long at) {
        putExperts(UNREAD, experts, at);
    }

    @Override
    public void broken(List<String> experts, long at) {
        putExperts(BROKEN, experts, at);
    }

    /** Bytes written so far. */
    int size() {
        int size = events.size();
        for (VoteLog log : votes) {
            size += log.size();
        }
        return size;
    }

    void writeTo(ByteLog log) {
        log.put(truncated ? 1 : 0);
        if (votes.length == 0) {
            log.putNumber(0);
            log.putLog(events);
            return;
        }
        log.putNumber(voters.size());
        for (Voter voter : voters) {
            log.putText(voter.name());
            log.putText(voter.version());
            log.putNumber(voter.categories().size());
            for (Category category : voter.categories()) {
                log.put(category.ordinal());
            }
        }
        log.putLog(events);
        for (VoteLog vote : votes) {
            vote.writeTo(log);
        }
    }

    private boolean isFull() {
        if (!truncated && size() >= maxBytes) {
            truncated = true;
        }
        return truncated;
    }

    private void define(Rule rule) {
        String replacement = rule.replacement();
        events.putText(rule.id());
        events.put(rule.category().ordinal());
        events.put(rule.vote());
        events.put(replacement == null ? 0 : 1);
        if (replacement != null) {
            events.putText(replacement);
        }
        events.putNumber(rule.maxLength());
    }

    private void putExperts(int kind, List<String> experts, long at) {
        if (isFull()) {
            return;
        }
        events.put(kind);
        long which = 0;
        for (int voter = 0; voter < voters.size(); voter++) {
            if (experts.contains(voters.get(voter).name())) {
                which |= 1L << voter;
            }
        }
        events.putNumber(which);
        events.putSigned(Position.codePoints(at) - lastEnd);
    }
}
