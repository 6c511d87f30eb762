package dev.weir.bench.load;

import java.util.Map;

/**
 * What the client saw of a measured part. A token is one delta.
 *
 * @param tokens that were due
 * @param released from the intended time of the delta that settled a delta to the {@code released} that covers it; those
 *     still waited for at the end count with what they had waited by then
 * @param asRead from the delta's own intended time: with the time its generator took to end the word
 * @param crossedToStopped from the intended time of the delta that settled the token which crossed, to {@code stopped}
 * @param onsetToStopped from the intended time of the delta in which annotated harm began, to {@code stopped}
 * @param sendLag how late the client itself was
 * @param refused streams, each as often as it was refused
 * @param refusedTokens that were due while their stream waited to be let in
 * @param degradedStreams of those that ended
 * @param degradedTokens of those that were covered
 * @param exposure code points, the mean over stopped streams
 * @param errors streams that failed, by code
 */
public record Tallied(
        double seconds,
        long tokens,
        Latencies released,
        Latencies asRead,
        Latencies crossedToStopped,
        Latencies onsetToStopped,
        Latencies sendLag,
        long ended,
        long stopped,
        long refused,
        long refusedTokens,
        Degraded degradedStreams,
        Degraded degradedTokens,
        double exposure,
        long maxExposure,
        Map<String, Long> errors) {

    public double tokensPerSecond() {
        return tokens / seconds;
    }

    /** Of the tokens, in per cent. */
    public double percent(long some) {
        return tokens == 0 ? 0 : 100.0 * some / tokens;
    }

    /** Nothing failed, and no text went without an expert its policy wants. */
    public boolean isWhole() {
        return errors.isEmpty() && degradedStreams.unscored() == 0 && degradedTokens.unscored() == 0;
    }
}
