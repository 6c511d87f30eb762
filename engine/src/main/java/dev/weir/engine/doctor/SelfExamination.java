package dev.weir.engine.doctor;

import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.ApiKeys;
import dev.weir.engine.gateway.EventLoops;
import dev.weir.engine.gateway.GatewayServer;
import dev.weir.engine.gateway.GatewaySettings;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.http.Tls;
import dev.weir.engine.stream.StreamSupervisor;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A server's examination of itself: over a port of loopback that is open meanwhile, with the same endpoints behind it as
 * behind its own, and for a key that is drawn for it. What is not examined so is what lies before the endpoints: the
 * certificates of its own port, and who is let in there.
 *
 * @param gateway of the server's own port
 * @param others endpoints beside those of the gateway
 * @param timeout for one answer
 */
public record SelfExamination(
        GatewaySettings gateway,
        EventLoops eventLoops,
        ActorRef<StreamSupervisor.Command> streams,
        StreamSupervisor.Setup.Unread unread,
        Clock clock,
        List<Endpoint> others,
        Duration timeout)
        implements Callable<Diagnosis> {

    @Override
    public Diagnosis call() throws IOException, InterruptedException {
        String key = ApiKeys.draw("doctor", new SecureRandom());
        GatewaySettings own = gateway.onLoopback();
        try (GatewayServer server = GatewayServer.start(
                GatewayServer.bind(own, eventLoops),
                own,
                eventLoops,
                streams,
                unread.ledger(),
                clock,
                unread.telemetry(),
                Access.forOwner(key),
                Tls.off(),
                others)) {
            URI here = URI.create("http://127.0.0.1:" + server.port());
            return new Doctor(new Target(here, key, null), timeout).examine();
        }
    }
}
