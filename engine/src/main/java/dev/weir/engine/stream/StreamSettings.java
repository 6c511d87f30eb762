package dev.weir.engine.stream;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * Limits of one stream.
 *
 * @param credit text a client may send before any is scored, in the stream's unit; twice as much is buffered
 * @param idleTimeout a stream without a delta for so long is closed
 * @param maxStreams open at once on this server
 * @param voteTimeout a required vote that is later than this makes its text unscored
 * @param maxConversations remembered at once
 * @param conversationMemory a conversation without a turn for so long is forgotten
 */
public record StreamSettings(
        int credit,
        Duration idleTimeout,
        int maxStreams,
        Duration voteTimeout,
        int maxConversations,
        Duration conversationMemory) {

    public static StreamSettings from(Config config, List<String> problems) {
        StreamSettings settings = new StreamSettings(
                config.getInt("credit"),
                config.getDuration("idle-timeout"),
                config.getInt("max-streams"),
                config.getDuration("vote-timeout"),
                config.getInt("max-conversations"),
                config.getDuration("conversation-memory"));
        settings.validate(problems);
        return settings;
    }

    /** States each streaming expert must hold: a stream's prompt and its text never need one at the same time. */
    public int slots() {
        return maxStreams;
    }

    /** How often time-outs are looked at. */
    Duration tick() {
        Duration shortest = voteTimeout.compareTo(idleTimeout) < 0 ? voteTimeout : idleTimeout;
        return shortest.dividedBy(4);
    }

    private void validate(List<String> problems) {
        if (credit < 256 || credit > 1 << 20) {
            problems.add("weir.stream.credit: " + credit + " (expected: 256 to 1048576)");
        }
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            problems.add("weir.stream.idle-timeout: " + idleTimeout + " (expected: above 0)");
        }
        if (maxStreams < 1) {
            problems.add("weir.stream.max-streams: " + maxStreams + " (expected: >= 1)");
        }
        if (voteTimeout.isNegative() || voteTimeout.isZero()) {
            problems.add("weir.stream.vote-timeout: " + voteTimeout + " (expected: above 0)");
        }
        if (maxConversations < 1) {
            problems.add("weir.stream.max-conversations: " + maxConversations + " (expected: >= 1)");
        }
        if (conversationMemory.isNegative() || conversationMemory.isZero()) {
            problems.add("weir.stream.conversation-memory: " + conversationMemory + " (expected: above 0)");
        }
    }
}
