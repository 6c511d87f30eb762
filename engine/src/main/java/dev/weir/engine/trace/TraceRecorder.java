package dev.weir.engine.trace;

import dev.weir.engine.decision.Position;
import dev.weir.engine.ensemble.Voter;
import dev.weir.protocol.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what one stream is decided from, and seals it when the stream is over. Not thread-safe. */
public final class TraceRecorder {

    private final int maxBytes;
    private @Nullable TextRecorder prompt;
    private @Nullable TextRecorder reply;

    /** @param maxBytes held before they are sealed; what would come after is left out. 0 records nothing */
    public TraceRecorder(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    public TextRecorder prompt(List<Voter> voters) {
        TextRecorder text = new TextRecorder(voters, maxBytes);
        prompt = text;
        return text;
    }

    public TextRecorder reply(List<Voter> voters) {
        TextRecorder text = new TextRecorder(voters, prompt == null ? maxBytes : maxBytes - prompt.size());
        reply = text;
        return text;
    }

    /**
     * The trace of a stream that is over; empty when nothing was to be recorded.
     *
     * @param modeAsked whether the client asked for {@code mode}; else it was the policy's
     * @param through up to which the stream came; meaningless unless it ended or was cancelled
     */
    public byte[] seal(Mode mode, boolean modeAsked, TraceEnd end, long through) {
        if (maxBytes == 0) {
            return new byte[0];
        }
        ByteLog log = new ByteLog();
        log.put((modeAsked ? VoteTrace.ASKED : 0)
                | (prompt == null ? 0 : VoteTrace.PROMPT)
                | (reply == null ? 0 : VoteTrace.REPLY));
        log.putNumber(mode.ordinal());
        log.putNumber(end.ordinal());
        log.putNumber(Position.codePoints(through));
        if (prompt != null) {
            prompt.writeTo(log);
        }
        if (reply != null) {
            reply.writeTo(log);
        }
        return VoteTrace.seal(log);
    }
}
