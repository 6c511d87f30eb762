package dev.weir.engine.relay;

import akka.actor.typed.ActorRef;
import dev.weir.engine.http.Endpoint;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Telemetry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All of this package behind its endpoints. Thread-safe. */
public final class Relay implements AutoCloseable {

    private final List<Endpoint> endpoints;
    private final List<UpstreamClient> upstreams;

    private Relay(List<Endpoint> endpoints, List<UpstreamClient> upstreams) {
        this.endpoints = List.copyOf(endpoints);
        this.upstreams = List.copyOf(upstreams);
    }

    /**
     * What stands in for the upstream where a canary is asked for.
     *
     * @param upstream base of its paths
     * @param telemetry that nobody reads
     */
    public record Canaries(URI upstream, Telemetry telemetry) {}

    /**
     * @param idleTimeout of a stream
     * @param canaries asked in place of the upstream by who may mark a request as one of them
     * @param clock of what is answered in place of a reply
     */
    public static Relay start(
            RelaySettings settings,
            ActorRef<StreamSupervisor.Command> streams,
            Duration idleTimeout,
            Telemetry telemetry,
            Canaries canaries,
            Clock clock) {
        List<UpstreamClient> upstreams = new ArrayList<>();
        Relayed.Setup setup = null;
        Relayed.Setup ofCanaries = null;
        if (settings.upstream().isPresent()) {
            UpstreamClient upstream =
                    new UpstreamClient(settings, settings.upstream().get());
            RelaySettings instead = settings.askingOnly(canaries.upstream());
            UpstreamClient canaryUpstream = new UpstreamClient(instead, canaries.upstream());
            upstreams.add(upstream);
            upstreams.add(canaryUpstream);
            setup = new Relayed.Setup(settings, upstream, streams, idleTimeout, telemetry, clock);
            ofCanaries = new Relayed.Setup(instead, canaryUpstream, streams, idleTimeout, canaries.telemetry(), clock);
        }
        return new Relay(
                List.of(
                        new RelayEndpoint("/v1/chat/completions", RelayRequest::chat, settings, setup, ofCanaries),
                        new RelayEndpoint("/v1/completions", RelayRequest::completion, settings, setup, ofCanaries),
                        ModelsEndpoint.ofAll(setup),
                        ModelsEndpoint.ofOne(setup),
                        new ModerationsEndpoint(settings, streams, idleTimeout)),
                upstreams);
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    @Override
    public void close() {
        upstreams.forEach(UpstreamClient::close);
    }
}
