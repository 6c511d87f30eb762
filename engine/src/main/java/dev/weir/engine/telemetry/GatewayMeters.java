package dev.weir.engine.telemetry;

import dev.weir.protocol.CloseCode;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Subprotocol;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What is counted at the port that clients connect to. Safe from any thread. */
public final class GatewayMeters {

    /** Why a connection was of no use and could not be told so. */
    public enum Refusal {
        /** It ended before it was answered anything: it asked for nothing in time, or hung up. */
        UNANSWERED,
        /** So many sockets are open that it was not heard. */
        TOO_MANY_SOCKETS
    }

    /** What an open may be refused with: counted from zero, so that the first refusal shows as a rise. */
    private static final Set<ErrorCode> REFUSALS = EnumSet.of(
            ErrorCode.OVERLOADED,
            ErrorCode.DRAINING,
            ErrorCode.TOO_MANY_STREAMS,
            ErrorCode.UNKNOWN_POLICY,
            ErrorCode.MESSAGE_TOO_LARGE,
            ErrorCode.RESUME_UNAVAILABLE,
            ErrorCode.FORBIDDEN,
            ErrorCode.INTERNAL);

    private static final Set<CloseCode> SHOWN_OUT = EnumSet.of(
            CloseCode.TOO_MANY_CONNECTIONS,
            CloseCode.UNAUTHENTICATED,
            CloseCode.NOT_ALLOWED,
            CloseCode.TRY_AGAIN_LATER);

    private final MeterRegistry registry;
    private final Counter received;
    private final Counter sent;

    GatewayMeters(MeterRegistry registry) {
        this.registry = registry;
        this.received = Metric.RECEIVED.counter(registry);
        this.sent = Metric.SENT.counter(registry);
        for (Refusal refusal : Refusal.values()) {
            refused(refusal, 0);
        }
        SHOWN_OUT.forEach(code -> refused(code, 0));
        REFUSALS.forEach(code -> openRefused(code, 0));
    }

    public void received(int bytes) {
        received.increment(bytes);
    }

    public void sent(int bytes) {
        sent.increment(bytes);
    }

    /** @param code what the client was told */
    public void openRefused(ErrorCode code) {
        openRefused(code, 1);
    }

    private void openRefused(ErrorCode code, int times) {
        Metric.STREAMS_REFUSED.counter(registry, "reason", code.wireName()).increment(times);
    }

    public void errorTold(ErrorCode code) {
        Metric.ERRORS.counter(registry, "code", code.wireName()).increment();
    }

    public void connectionOpened(Subprotocol subprotocol) {
        Metric.CONNECTIONS_OPENED
                .counter(registry, "subprotocol", subprotocol.wireName())
                .increment();
    }

    /** @param reason {@code client}, {@code lost}, or the name of our close code */
    public void connectionClosed(String reason) {
        Metric.CONNECTIONS_CLOSED.counter(registry, "reason", reason).increment();
    }

    public void connectionRefused(Refusal refusal) {
        refused(refusal, 1);
    }

    /** It shook hands only to be told why not. */
    public void connectionRefused(CloseCode why) {
        refused(why, 1);
    }

    private void refused(Enum<?> reason, int times) {
        Metric.CONNECTIONS_REFUSED
                .counter(registry, "reason", reason.name().toLowerCase(Locale.ROOT))
                .increment(times);
    }

    public void answered(int status) {
        Metric.HTTP_ANSWERS
                .counter(registry, "status", Integer.toString(status))
                .increment();
    }
}
