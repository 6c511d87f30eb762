package dev.weir.engine.relay;

import akka.actor.typed.ActorRef;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Telemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All of this package behind its endpoints. Thread-safe. */
public final class Relay implements AutoCloseable {

    private final List<Endpoint> endpoints;
    private final @Nullable UpstreamClient upstream;

    private Relay(List<Endpoint> endpoints, @Nullable UpstreamClient upstream) {
        this.endpoints = List.copyOf(endpoints);
        this.upstream = upstream;
    }

    /**
     * @param idleTimeout of a stream
     * @param clock of what is answered in place of a reply
     */
    public static Relay start(
            RelaySettings settings,
            ActorRef<StreamSupervisor.Command> streams,
            Duration idleTimeout,
            Telemetry telemetry,
            Clock clock) {
        UpstreamClient upstream = settings.upstream()
                .map(uri -> new UpstreamClient(settings, uri))
                .orElse(null);
        Relayed.Setup setup =
                upstream == null ? null : new Relayed.Setup(settings, upstream, streams, idleTimeout, telemetry, clock);
        return new Relay(
                List.of(
                        new RelayEndpoint("/v1/chat/completions", RelayRequest::chat, settings, setup),
                        new RelayEndpoint("/v1/completions", RelayRequest::completion, settings, setup),
                        new ModerationsEndpoint(settings, streams, idleTimeout)),
                upstream);
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    @Override
    public void close() {
        if (upstream != null) {
            upstream.close();
        }
    }
}
