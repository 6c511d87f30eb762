package dev.weir.engine.warmup;

import akka.actor.typed.ActorRef;
import com.sun.management.OperatingSystemMXBean;
import dev.weir.engine.access.Access;
import dev.weir.engine.gateway.EventLoops;
import dev.weir.engine.gateway.GatewayServer;
import dev.weir.engine.gateway.GatewaySettings;
import dev.weir.engine.http.Tls;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.WeirClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a server does before it says that it is ready: it moderates conversations of its own, from a frame on a real socket
 * to the verdict that comes back on it, until the processor time of a round has stopped falling. A JVM that has just
 * started costs several times what it will once the line is compiled, and clients who arrive all at once when a server
 * becomes ready would find it overloaded for seconds.
 *
 * <p>The texts are three of the demo, one that is clean, one with a secret that is redacted, and one that is stopped, each
 * with its prompt; they are played in every mode and in both subprotocols.
 */
public final class WarmUp {

    /**
     * What it plays through; nothing that happens here is kept.
     *
     * @param streams opens streams
     * @param ledger of the reviews, though there are none
     */
    public record Line(ActorRef<StreamSupervisor.Command> streams, Ledger ledger, Telemetry telemetry, Clock clock) {}

    /** A start that takes longer says why. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long atMostNanos;
    private final Consumer<String> say;
    private final List<Conversation> conversations;
    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long beganNanos = System.nanoTime();
    private boolean told;

    private WarmUp(Duration atMost, Consumer<String> say) throws IOException {
        this.atMostNanos = atMost.toNanos();
        this.say = say;
        this.conversations = List.copyOf(Conversation.all().stream()
                .collect(Collectors.toMap(Conversation::expected, Function.identity(), (first, next) -> first))
                .values());
    }

    /**
     * Blocks until the cost has settled or the time is over. A server that cannot be warmed up says so and is ready all
     * the same.
     *
     * @param gateway of the server that is to be ready; a port of loopback is listened at instead of its own
     */
    public static void play(
            WarmUpSettings settings, GatewaySettings gateway, EventLoops eventLoops, Line line, Consumer<String> say) {
        if (settings.atMost().isZero()) {
            return;
        }
        GatewaySettings own = gateway.onLoopback();
        try (GatewayServer server = GatewayServer.start(
                GatewayServer.bind(own, eventLoops),
                own,
                eventLoops,
                line.streams(),
                line.ledger(),
                line.clock(),
                line.telemetry(),
                Access.forAnybody(),
                Tls.off(),
                List.of())) {
            new WarmUp(settings.atMost(), say).play(server.port());
        } catch (IOException | ExecutionException e) {
            say.accept("not warmed up, the first streams may be slow: " + e.getMessage());
        } catch (TimeoutException e) {
            // as warm as that time allows
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void play(int port) throws ExecutionException, TimeoutException, InterruptedException {
        URI url = URI.create("ws://127.0.0.1:" + port + "/v1/stream");
        List<WeirClient> clients = new ArrayList<>();
        try {
            for (Subprotocol subprotocol : Subprotocol.values()) {
                clients.add(
                        await(WeirClient.connect(url, ClientSettings.defaults().withSubprotocol(subprotocol))));
            }
            Settling settling = new Settling();
            long before;
            int round = 0;
            do {
                before = process.getProcessCpuTime();
                await(playAll(clients, round++));
            } while (!settling.settles(process.getProcessCpuTime() - before));
        } finally {
            clients.forEach(WeirClient::close);
        }
    }

    /** Each conversation in every mode at once, in the other subprotocol in the next round. */
    private CompletionStage<Void> playAll(List<WeirClient> clients, int round) {
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (Conversation conversation : conversations) {
            for (Mode mode : Mode.values()) {
                outcomes.add(play(clients.get((round + outcomes.size()) % clients.size()), mode, conversation));
            }
        }
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new));
    }

    private static CompletableFuture<Outcome> play(WeirClient client, Mode mode, Conversation conversation) {
        ModeratedStream stream = client.open(StreamOptions.defaults()
                .withMode(mode)
                .withMessages(List.of(new PromptMessage("user", conversation.user()))));
        conversation.pieces().forEach(stream::send);
        return stream.end().toCompletableFuture();
    }

    /** @throws TimeoutException when the time for all of it is over */
    private <T> T await(CompletionStage<T> stage) throws ExecutionException, TimeoutException, InterruptedException {
        CompletableFuture<T> done = stage.toCompletableFuture();
        long passed = System.nanoTime() - beganNanos;
        if (!told) {
            try {
                return done.get(Math.min(atMostNanos, PATIENCE_NANOS) - passed, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (atMostNanos <= PATIENCE_NANOS) {
                    throw e;
                }
                told = true;
                say.accept("warming up, ready in at most "
                        + TimeUnit.NANOSECONDS.toSeconds(atMostNanos - PATIENCE_NANOS) + " s");
            }
        }
        return done.get(atMostNanos - (System.nanoTime() - beganNanos), TimeUnit.NANOSECONDS);
    }
}
