package dev.weir.engine.trace;

import dev.weir.engine.decision.Position;
import dev.weir.protocol.Mode;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * All that one stream was decided from, as a {@link TraceRecorder} sealed it: enough to take its decisions again, under
 * any policy and weights, with no model and no text.
 *
 * <p>The votes are the very bytes that were decided from, so a trace is no approximation. The bytes are those of the
 * events and of each voter's changed votes, deflated; their cost is that of the votes of the streaming experts, which
 * are close to noise. With three experts of 17 categories, 1,000 tokens of replies take 20 kB while the stream is open
 * and 13 kB sealed.
 *
 * <p>What a flush shows of an unsettled tail is not in it: a flush releases text, and decides nothing.
 *
 * @param mode of the stream
 * @param modeAsked whether the client asked for it; else it was the policy's
 * @param carriedLogOdds what the turns before it in its conversation added to each token of the reply
 * @param prompt null for a stream without one
 * @param reply null when the stream was over before its prompt was decided
 * @param through {@link Position} up to which the stream came, for one that ended or was cancelled
 */
public record VoteTrace(
        Mode mode,
        boolean modeAsked,
        double carriedLogOdds,
        @Nullable RecordedText prompt,
        @Nullable RecordedText reply,
        TraceEnd end,
        long through) {

    private static final int FORMAT = 1;
    /** A trace is limited to far less; this is against bytes that claim more than memory holds. */
    private static final int MOST_BYTES = 1 << 28;

    static final int ASKED = 1;
    static final int PROMPT = 2;
    static final int REPLY = 4;

    /** @throws MalformedTraceException when the bytes were not sealed by a recorder of this format, or were changed */
    public static VoteTrace of(byte[] sealed) throws MalformedTraceException {
        ByteSource source = inflate(sealed);
        int flags = source.take();
        Mode mode = Mode.values()[source.takeUpTo(Mode.values().length - 1, "mode")];
        TraceEnd end = TraceEnd.values()[source.takeUpTo(TraceEnd.values().length - 1, "end")];
        double carriedLogOdds = Double.longBitsToDouble(source.takeNumber());
        if (!(carriedLogOdds >= 0 && carriedLogOdds < Double.POSITIVE_INFINITY)) {
            throw new MalformedTraceException("trace: carried " + carriedLogOdds + " (expected: finite, >= 0)");
        }
        int through = source.takeUpTo(Integer.MAX_VALUE, "length");
        RecordedText prompt = (flags & PROMPT) == 0 ? null : RecordedText.readFrom(source);
        RecordedText reply = (flags & REPLY) == 0 ? null : RecordedText.readFrom(source);
        if (source.hasMore()) {
            throw new MalformedTraceException("trace: more bytes than its texts take (expected: none)");
        }
        return new VoteTrace(
                mode, (flags & ASKED) != 0, carriedLogOdds, prompt, reply, end, Position.of(through, through));
    }

    static byte[] seal(ByteLog written) {
        byte[] plain = written.toBytes();
        ByteLog head = new ByteLog();
        head.putNumber(FORMAT);
        head.putNumber(plain.length);
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(plain);
            deflater.finish();
            byte[] chunk = new byte[Math.max(64, plain.length / 2)];
            while (!deflater.finished()) {
                head.put(chunk, deflater.deflate(chunk));
            }
        } finally {
            deflater.end();
        }
        return head.toBytes();
    }

    private static ByteSource inflate(byte[] sealed) throws MalformedTraceException {
        ByteSource head = new ByteSource(sealed, 0, sealed.length);
        int format = head.takeUpTo(Integer.MAX_VALUE, "format");
        if (format != FORMAT) {
            throw new MalformedTraceException("trace: format " + format + " (expected: " + FORMAT + ")");
        }
        byte[] plain = new byte[head.takeUpTo(MOST_BYTES, "bytes")];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(sealed, head.position(), sealed.length - head.position());
            int inflated = 0;
            while (inflated < plain.length) {
                int more = inflater.inflate(plain, inflated, plain.length - inflated);
                if (more == 0) {
                    throw new MalformedTraceException(
                            "trace: ends after " + inflated + " bytes inflated (expected: " + plain.length + ")");
                }
                inflated += more;
            }
            inflater.inflate(new byte[1]); // reads and checks the sum at the end
            if (!inflater.finished() || inflater.getRemaining() > 0) {
                throw new MalformedTraceException(
                        "trace: goes on after " + plain.length + " bytes (expected: no more)");
            }
        } catch (DataFormatException e) {
            throw new MalformedTraceException("trace: cannot be inflated, " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
        return new ByteSource(plain, 0, plain.length);
    }
}
