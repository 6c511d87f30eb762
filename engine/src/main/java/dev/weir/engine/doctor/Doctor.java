package dev.weir.engine.doctor;

import dev.weir.protocol.Mode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/**
 * Finds out what a server protects, from outside and as its clients would: each check sends a canary and a harmless text
 * one way and looks at what a reader gets of both. A guard that lets the canary through protects nothing, and one that
 * stops harmless text is broken too, however safe it looks.
 *
 * <p>What is sent is marked, so that it leaves no trace; the server believes the mark of whoever has the scope admin.
 */
public final class Doctor {

    /** Checks at once: few, so that a server with streams of its own hardly notices. */
    private static final int AT_ONCE = 4;

    private final Target target;
    private final Duration timeout;

    /** @param timeout for one answer of the server */
    public Doctor(Target target, Duration timeout) {
        this.target = target;
        this.timeout = timeout;
    }

    /**
     * Does all checks. Blocks, for seconds.
     *
     * @throws IOException when the server cannot be reached at all
     */
    public Diagnosis examine() throws IOException, InterruptedException {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
        if (target.tls() != null) {
            builder.sslContext(target.tls());
        }
        try (HttpClient http = builder.build();
                ExecutorService threads = Executors.newFixedThreadPool(
                        AT_ONCE, Thread.ofVirtual().name("weir-doctor-", 0).factory())) {
            SocketCourier sockets = new SocketCourier(target, http, timeout);
            Mode standing = standingMode(sockets);
            List<Callable<Finding>> checks = new ArrayList<>();
            for (Check check : Route.allChecks()) {
                Courier courier = switch (check.route()) {
                    case SOCKET_JSON, SOCKET_PROTO -> sockets;
                    case MODERATIONS -> new ModerationsCourier(target, http, timeout);
                    default -> new RelayCourier(target, http, timeout);
                };
                checks.add(() -> find(check, courier, standing));
            }
            List<Finding> findings = new ArrayList<>();
            for (Future<Finding> finding : threads.invokeAll(checks)) {
                findings.add(finding.get());
            }
            return new Diagnosis(findings);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static Mode standingMode(SocketCourier sockets) throws IOException, InterruptedException {
        try {
            return sockets.standingMode();
        } catch (TimeoutException e) {
            return Mode.GATE; // each check says that there was no answer
        }
    }

    private static Finding find(Check check, Courier courier, Mode standing) throws InterruptedException {
        return check.judge(send(courier, check, check.part().canary()), send(courier, check, Canary.BENIGN), standing);
    }

    private static Passage send(Courier courier, Check check, Canary canary) throws InterruptedException {
        try {
            return courier.send(check, canary);
        } catch (IOException | TimeoutException e) {
            return Passage.failed(String.valueOf(e.getMessage()));
        }
    }
}
