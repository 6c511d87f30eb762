package dev.weir.engine;

import static dev.weir.engine.RelayTest.INSULTS;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.Caller;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.gateway.EventLoops;
import dev.weir.engine.gateway.GatewayServer;
import dev.weir.engine.http.Tls;
import dev.weir.engine.live.LiveStreams;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.Urgency;
import dev.weir.engine.relay.Relay;
import dev.weir.engine.stream.Backlog;
import dev.weir.engine.stream.StreamListener;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.trace.TraceSettings;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How urgent the rows of a moderation are when they come to the batchers, which this test watches. */
class ModerationsUrgencyTest {

    /** Harmful after more than an encoder's stride. */
    private static final String TEXT =
            "The river runs past the old mill and under the stone bridge. ".repeat(3) + INSULTS;

    private static Engine engine;

    private final Queue<ExpertSession.Row> rows = new ConcurrentLinkedQueue<>();
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();

    @BeforeAll
    static void load() throws StartException {
        engine = Engines.start(settings(Mode.MONITOR));
    }

    @AfterAll
    static void unload() {
        engine.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private static String settings(Mode weakest) {
        return """
                weir.models.experts = [lexicon, causal, minilm]
                weir.cascade { from-risk = 0, to-risk = 1 }
                weir.tenants.default.weakest-mode = %s
                """.formatted(weakest.wireName());
    }

    /** What the engine opens streams with, but for the batchers, each behind one who sees its rows. */
    private StreamSupervisor.Setup setup(ActorSystem<?> system, Config config, Access access) throws StartException {
        EngineSettings settings = EngineSettings.from(config);
        EnsembleSnapshot all = engine.ensemble().get();
        EnsembleSnapshot watched = new EnsembleSnapshot(
                all.version(),
                all.weights(),
                all.lexicon(),
                all.tokenizer(),
                all.streaming().stream()
                        .map(each -> new EnsembleSnapshot.Streaming(
                                each.expert(), each.states(), watched(system, each.batcher()), each.load(), true))
                        .toList(),
                all.windowed().stream()
                        .map(each -> new EnsembleSnapshot.Windowed(
                                each.expert(), watched(system, each.batcher()), each.load(), true))
                        .toList(),
                all.ngrams());
        return new StreamSupervisor.Setup(
                settings.stream(),
                settings.policies(),
                settings.defaultPolicy(),
                settings.cascade(),
                () -> watched,
                new Overload(settings.overload().off(), System::nanoTime),
                engine.unread().ledger(),
                TraceSettings.NONE,
                Set.of(),
                engine.unread().telemetry(),
                Clock.systemUTC(),
                access.allotments(),
                new AtomicInteger(),
                new LiveStreams(),
                engine.unread());
    }

    private ActorRef<Batcher.Command> watched(ActorSystem<?> system, ActorRef<Batcher.Command> batcher) {
        return system.systemActorOf(
                Behaviors.receiveMessage(message -> {
                    if (message instanceof Batcher.Score score) {
                        rows.add(score.row());
                    }
                    batcher.tell(message);
                    return Behaviors.same();
                }),
                "watched-" + batcher.path().uid(),
                Props.empty());
    }

    private List<Urgency> urgencies() {
        return rows.stream().map(ExpertSession.Row::urgency).distinct().sorted().toList();
    }

    private void assertAllExpertsWereAsked() {
        assertThat(rows)
                .hasAtLeastOneElementOfType(ExpertSession.TokensRow.class)
                .hasAtLeastOneElementOfType(ExpertSession.WindowedRow.class);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theyWaitForAllOthersWhateverModeTheTenantMayAskFor(Mode weakest) throws Exception {
        Config config = Engines.config(settings(weakest));
        ServerSettings settings = ServerSettings.from(config);
        EventLoops eventLoops = EventLoops.start(1);
        closing.push(eventLoops);
        Access access = Access.open(settings.access(), Clock.systemUTC(), System::nanoTime);
        closing.push(access);
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "watched", eventLoops.setUp(config));
        closing.push(() -> {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        });
        ActorRef<StreamSupervisor.Command> streams =
                system.systemActorOf(StreamSupervisor.create(setup(system, config, access)), "streams", Props.empty());
        Relay relay = Relay.start(
                settings.relay(),
                streams,
                settings.engine().stream().idleTimeout(),
                engine.unread().telemetry(),
                new Relay.Canaries(
                        URI.create("http://127.0.0.1:9/v1"), engine.unread().telemetry()),
                Clock.systemUTC());
        closing.push(relay);
        GatewayServer gateway = GatewayServer.start(
                GatewayServer.bind(settings.gateway(), eventLoops),
                settings.gateway(),
                eventLoops,
                streams,
                engine.unread().ledger(),
                Clock.systemUTC(),
                engine.unread().telemetry(),
                access,
                Tls.off(),
                relay.endpoints());
        closing.push(gateway);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/v1/moderations"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"input\":[\"A weir.\",\"" + TEXT + "\"]}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"flagged\":true");
        }
        assertAllExpertsWereAsked();
        assertThat(urgencies()).containsExactly(Urgency.UNATTENDED);
    }

    @Test
    void thePromptOfAStreamThatNobodyAttendsToWaitsToo() throws Exception {
        play(true);
        assertThat(urgencies()).containsExactly(Urgency.UNATTENDED);
        rows.clear();
        play(false);
        assertThat(urgencies())
                .as("of the same stream, attended to")
                .contains(Urgency.HELD)
                .doesNotContain(Urgency.UNATTENDED);
    }

    /** A stream to gate, with a prompt, which is stopped. */
    private void play(boolean isUnattended) throws Exception {
        Config config = Engines.config(settings(Mode.MONITOR));
        ActorTestKit actors = ActorTestKit.create(config);
        Access access = Access.forAnybody();
        try {
            ActorRef<StreamSupervisor.Command> streams =
                    actors.spawn(StreamSupervisor.create(setup(actors.system(), config, access)));
            Reader reader = new Reader();
            OpenStream open = new OpenStream(
                    "s",
                    null,
                    Mode.GATE,
                    Units.CODEPOINT,
                    null,
                    OpenStream.DEFAULT_CHANNEL,
                    List.of(new PromptMessage("user", "What is a weir?")),
                    Map.of(),
                    null);
            streams.tell(new StreamSupervisor.Open(open, Caller.ANYBODY, reader, new Backlog(), isUnattended));
            assertThat(reader.over.get(60, TimeUnit.SECONDS)).isInstanceOf(ServerMessage.Stopped.class);
            assertAllExpertsWereAsked();
        } finally {
            actors.shutdownTestKit();
        }
    }

    private static final class Reader implements StreamListener {
        private final CompletableFuture<ServerMessage> over = new CompletableFuture<>();

        @Override
        public void started(String stream, ActorRef<StreamSession.Command> session) {
            session.tell(new StreamSession.Text(TEXT, null));
            session.tell(new StreamSession.End(null));
        }

        @Override
        public void send(ServerMessage message) {
            if (message.isTerminal()) {
                over.complete(message);
            }
        }
    }
}
