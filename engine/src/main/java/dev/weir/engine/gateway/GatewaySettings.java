package dev.weir.engine.gateway;

import com.typesafe.config.Config;
import dev.weir.engine.http.HttpSettings;
import dev.weir.engine.http.HttpSettings.Patience;
import java.time.Duration;
import java.util.List;

/**
 * Limits of the client-facing port and of each connection on it. Every key is explained in {@code reference.conf}.
 *
 * @param port 0 lets the system choose a free one
 * @param eventLoopThreads 0 takes one a core, at most four
 * @param maxFrameBytes of one frame, and of one message put together from fragments
 * @param maxConnections open WebSocket connections
 * @param maxStreams open at once on one connection
 * @param maxStreamNames used in the life of one connection
 * @param closedStreamMemory how long deltas that crossed a terminal message are dropped in silence
 * @param maxBadMessages in the life of one connection
 * @param maxPendingBytes held for streams of one connection that have not started; beyond it reading pauses
 * @param maxUnscored text that all running streams of one connection hold and have not scored; beyond it reading pauses
 * @param writeHighWaterBytes unsent, beyond which reading pauses; it resumes at half
 * @param slowReaderTimeout how long a connection may stay beyond that mark
 * @param pingInterval between pings; the third is a close instead when the two before it are unanswered
 * @param handshakeTimeout from accept to the end of the first request's head
 * @param bodyTimeout from the end of a request's head to the end of its body
 * @param maxBodyBytes of all requests' bodies that are on their way in at once
 * @param keepAliveTimeout from the end of an answer to the end of the next request's head
 * @param closeTimeout how long the peer may take to answer a close frame
 * @param drainTimeout how long open streams may take to finish when the server is told to stop; read by the server
 */
public record GatewaySettings(
        String host,
        int port,
        int eventLoopThreads,
        int maxFrameBytes,
        int maxConnections,
        int maxStreams,
        int maxStreamNames,
        Duration closedStreamMemory,
        int maxBadMessages,
        int maxPendingBytes,
        int maxUnscored,
        int writeHighWaterBytes,
        Duration slowReaderTimeout,
        Duration pingInterval,
        Duration handshakeTimeout,
        Duration bodyTimeout,
        int maxBodyBytes,
        Duration keepAliveTimeout,
        Duration closeTimeout,
        Duration drainTimeout) {

    private static final int MOST_EVENT_LOOPS_BY_DEFAULT = 4;

    private static final int OWN = 1_000;
    private static final int OWN_NAMES = 100_000;

    /** Threads, at least 1. */
    public int eventLoops() {
        return eventLoopThreads > 0
                ? eventLoopThreads
                : Math.min(MOST_EVENT_LOOPS_BY_DEFAULT, Runtime.getRuntime().availableProcessors());
    }

    /**
     * For connections of the server's own, on a free port that only this machine reaches: the same limits, but for how many
     * connections and streams clients may have.
     */
    public GatewaySettings onLoopback() {
        return new GatewaySettings(
                "127.0.0.1",
                0,
                eventLoopThreads,
                maxFrameBytes,
                Math.max(maxConnections, OWN),
                Math.max(maxStreams, OWN),
                Math.max(maxStreamNames, OWN_NAMES),
                closedStreamMemory,
                maxBadMessages,
                maxPendingBytes,
                maxUnscored,
                writeHighWaterBytes,
                slowReaderTimeout,
                pingInterval,
                handshakeTimeout,
                bodyTimeout,
                maxBodyBytes,
                keepAliveTimeout,
                closeTimeout,
                drainTimeout);
    }

    HttpSettings http() {
        return new HttpSettings(
                new Patience(handshakeTimeout, "weir.gateway.handshake-timeout"),
                new Patience(bodyTimeout, "weir.gateway.body-timeout"),
                new Patience(keepAliveTimeout, "weir.gateway.keep-alive-timeout"),
                slowReaderTimeout,
                maxBodyBytes);
    }

    /** Reads the block {@code weir.gateway}; what is out of range is added to {@code problems}. */
    public static GatewaySettings from(Config config, List<String> problems) {
        GatewaySettings settings = new GatewaySettings(
                config.getString("host"),
                config.getInt("port"),
                config.getInt("event-loop-threads"),
                bytes(config, "max-frame-bytes"),
                config.getInt("max-connections"),
                config.getInt("max-streams-per-connection"),
                config.getInt("max-stream-names-per-connection"),
                config.getDuration("closed-stream-memory"),
                config.getInt("max-bad-messages"),
                bytes(config, "max-pending-bytes"),
                config.getInt("max-unscored-per-connection"),
                bytes(config, "write-high-water-bytes"),
                config.getDuration("slow-reader-timeout"),
                config.getDuration("ping-interval"),
                config.getDuration("handshake-timeout"),
                config.getDuration("body-timeout"),
                bytes(config, "max-body-bytes"),
                config.getDuration("keep-alive-timeout"),
                config.getDuration("close-timeout"),
                config.getDuration("drain-timeout"));
        settings.validate(problems);
        return settings;
    }

    private void validate(List<String> problems) {
        requireHost("weir.gateway.host", host, problems);
        require("port", port, 0, 65_535, problems);
        require("event-loop-threads", eventLoopThreads, 0, 256, problems);
        require("max-frame-bytes", maxFrameBytes, 1_024, 64 << 20, problems);
        require("max-connections", maxConnections, 1, 1_000_000, problems);
        require("max-streams-per-connection", maxStreams, 1, 1_000_000, problems);
        require("max-stream-names-per-connection", maxStreamNames, maxStreams, 10_000_000, problems);
        require("max-bad-messages", maxBadMessages, 0, 1_000_000, problems);
        require("max-pending-bytes", maxPendingBytes, 1_024, 256 << 20, problems);
        require("max-unscored-per-connection", maxUnscored, 1_024, 256 << 20, problems);
        require("write-high-water-bytes", writeHighWaterBytes, 1_024, 256 << 20, problems);
        require("max-body-bytes", maxBodyBytes, 64 << 10, Integer.MAX_VALUE, problems);
        requirePositive("closed-stream-memory", closedStreamMemory, problems);
        requirePositive("slow-reader-timeout", slowReaderTimeout, problems);
        requirePositive("ping-interval", pingInterval, problems);
        requirePositive("handshake-timeout", handshakeTimeout, problems);
        requirePositive("body-timeout", bodyTimeout, problems);
        requirePositive("keep-alive-timeout", keepAliveTimeout, problems);
        requirePositive("close-timeout", closeTimeout, problems);
        requirePositive("drain-timeout", drainTimeout, problems);
    }

    private static int bytes(Config config, String key) {
        return (int) Math.min(Integer.MAX_VALUE, config.getBytes(key));
    }

    private static void require(String key, int value, int least, int most, List<String> problems) {
        if (value < least || value > most) {
            problems.add("weir.gateway." + key + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }

    private static void requirePositive(String key, Duration value, List<String> problems) {
        if (value.isNegative() || value.isZero()) {
            problems.add("weir.gateway." + key + ": " + value.toMillis() + " ms (expected: above 0)");
        }
    }

    /** Adds a problem unless {@code host} names one; {@code path} is its key. */
    public static void requireHost(String path, String host, List<String> problems) {
        if (host.isBlank()) {
            problems.add(path + ": empty (expected: an address or name of this machine, such as 127.0.0.1)");
        }
    }
}
