package dev.weir.engine.gateway;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Accesses;
import dev.weir.engine.http.Tls;
import dev.weir.engine.ledger.Definition;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.OperatorAction;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.Review;
import dev.weir.engine.ledger.ReviewOutcome;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.protocol.Subprotocol;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A gateway on a free port, with a test in the place of the streams behind it. */
final class Gateways implements AutoCloseable {

    /** Knows the receipts {@code known} and {@code known otherwise}, and is full for {@code full}. */
    static final class ThreeReceipts implements Ledger {

        @Override
        public void record(Receipt receipt) {}

        @Override
        public void ended(StreamRecord stream) {}

        @Override
        public void define(Definition definition) {}

        @Override
        public void acted(OperatorAction action) {}

        @Override
        public void review(Review review, Consumer<ReviewOutcome> done) {
            done.accept(
                    switch (review.receipt()) {
                        case "known" -> ReviewOutcome.RECORDED;
                        case "full" -> ReviewOutcome.UNAVAILABLE;
                        case "known otherwise" -> ReviewOutcome.CONFLICT;
                        default -> ReviewOutcome.UNKNOWN_RECEIPT;
                    });
        }

        @Override
        public LedgerReader reader() {
            throw new UnsupportedOperationException("feedback is only written");
        }

        @Override
        public void close() {}
    }

    final ActorTestKit actors = ActorTestKit.create();
    final TestProbe<StreamSupervisor.Command> supervisor = actors.createTestProbe(StreamSupervisor.Command.class);
    private final EventLoops eventLoops = EventLoops.start(1);
    final GatewayServer server;
    private final List<RawWebSocket> clients = new ArrayList<>();

    Gateways(String... settings) throws IOException {
        this(Accesses.of(), Tls.off(), settings);
    }

    Gateways(Access access, Tls tls, String... settings) throws IOException {
        GatewaySettings limits = settings(settings);
        server = GatewayServer.start(
                GatewayServer.bind(limits, eventLoops),
                limits,
                eventLoops,
                supervisor.ref(),
                new ThreeReceipts(),
                Clock.systemUTC(),
                new Telemetry(new SimpleMeterRegistry()),
                access,
                tls,
                List.of());
    }

    /** @param overrides such as {@code max-bad-messages=2} */
    static GatewaySettings settings(String... overrides) {
        List<String> problems = new ArrayList<>();
        GatewaySettings settings = GatewaySettings.from(
                ConfigFactory.parseString(
                                "port=0, event-loop-threads=1, close-timeout=1s\n" + String.join("\n", overrides))
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir.gateway")),
                problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.toString());
        }
        return settings;
    }

    RawWebSocket dial() throws IOException {
        RawWebSocket client = RawWebSocket.dial(server.port());
        clients.add(client);
        return client;
    }

    RawWebSocket connect() throws IOException {
        return connect(Subprotocol.JSON);
    }

    RawWebSocket connect(Subprotocol subprotocol) throws IOException {
        RawWebSocket client = RawWebSocket.open(server.port(), subprotocol);
        clients.add(client);
        return client;
    }

    /** Waits for the next open to reach the streams. */
    StreamSupervisor.Open nextOpen() {
        return supervisor.expectMessageClass(StreamSupervisor.Open.class);
    }

    /** Opens a stream and lets it start. */
    TestProbe<StreamSession.Command> open(RawWebSocket client, String stream) throws IOException {
        client.send("{\"type\":\"open\",\"stream\":\"" + stream + "\"}");
        return start(nextOpen());
    }

    TestProbe<StreamSession.Command> start(StreamSupervisor.Open open) {
        TestProbe<StreamSession.Command> session = actors.createTestProbe(StreamSession.Command.class);
        open.listener().started(open.request().stream(), session.ref());
        return session;
    }

    /** Waits until the event loop has done what it was given. */
    void settle() {
        eventLoops.group().submit(() -> {}).syncUninterruptibly();
    }

    @Override
    public void close() throws IOException {
        for (RawWebSocket client : clients) {
            client.close();
        }
        server.close();
        eventLoops.close();
        actors.shutdownTestKit();
    }
}
