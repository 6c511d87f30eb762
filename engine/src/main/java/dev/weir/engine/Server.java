package dev.weir.engine;

import com.typesafe.config.Config;
import dev.weir.engine.access.Access;
import dev.weir.engine.admin.AdminServer;
import dev.weir.engine.admin.AdminSources;
import dev.weir.engine.doctor.CanaryUpstream;
import dev.weir.engine.doctor.DoctorSettings;
import dev.weir.engine.doctor.Rounds;
import dev.weir.engine.doctor.SelfExamination;
import dev.weir.engine.gateway.EventLoops;
import dev.weir.engine.gateway.GatewayServer;
import dev.weir.engine.http.Audit;
import dev.weir.engine.http.ListeningPort;
import dev.weir.engine.http.Tls;
import dev.weir.engine.ledger.OperatorAction;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.OverloadSettings;
import dev.weir.engine.relay.Relay;
import dev.weir.engine.warmup.WarmUp;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The engine behind its two ports. Thread-safe. */
public final class Server implements AutoCloseable {

    private LiveConfig live; // of reload alone
    private final Access access;
    private final Tls gatewayTls;
    private final Tls adminTls;
    private final Engine engine;
    private final GatewayServer gateway;
    private final AdminServer admin;
    private final Rounds rounds;
    private final Duration drainTimeout;
    private final AtomicBoolean draining;
    private final Clock clock;
    private final Deque<Runnable> closing;

    private Server(
            LiveConfig live,
            Access access,
            Tls gatewayTls,
            Tls adminTls,
            Engine engine,
            GatewayServer gateway,
            AdminServer admin,
            Rounds rounds,
            Duration drainTimeout,
            AtomicBoolean draining,
            Clock clock,
            Deque<Runnable> closing) {
        this.live = live;
        this.access = access;
        this.gatewayTls = gatewayTls;
        this.adminTls = adminTls;
        this.engine = engine;
        this.gateway = gateway;
        this.admin = admin;
        this.rounds = rounds;
        this.drainTimeout = drainTimeout;
        this.draining = draining;
        this.clock = clock;
        this.closing = closing;
    }

    /**
     * Binds both ports before anything else, answers operators once the models are loaded, and clients once the whole line
     * is warm. Who connects earlier waits.
     *
     * @throws StartException with everything that stands in the way
     */
    public static Server start(Config config, Consumer<String> say) throws StartException {
        return start(config, settings -> new Overload(settings, System::nanoTime), say);
    }

    /** @param watching the load */
    static Server start(Config config, Function<OverloadSettings, Overload> watching, Consumer<String> say)
            throws StartException {
        Deque<Runnable> closing = new ArrayDeque<>();
        try {
            return start(config, watching, say, closing);
        } catch (BindException e) {
            closing.forEach(Runnable::run);
            throw StartException.failed(List.of(String.valueOf(e.getMessage())));
        } catch (StartException e) {
            closing.forEach(Runnable::run);
            throw e;
        }
    }

    /** @param closing is given how to close what was opened, the last of it first */
    private static Server start(
            Config config, Function<OverloadSettings, Overload> watching, Consumer<String> say, Deque<Runnable> closing)
            throws BindException, StartException {
        ServerSettings settings = ServerSettings.from(config);
        List<String> problems = new ArrayList<>();
        Tls gatewayTls = Tls.from(config.getConfig("weir.gateway.tls"), "weir.gateway.tls", problems);
        Tls adminTls = Tls.from(config.getConfig("weir.admin.tls"), "weir.admin.tls", problems);
        if (!problems.isEmpty()) {
            throw StartException.wrongSettings(problems);
        }
        EventLoops eventLoops = EventLoops.start(settings.gateway().eventLoops());
        closing.push(eventLoops::close);
        ListeningPort clients = GatewayServer.bind(settings.gateway(), eventLoops);
        closing.push(clients::close);
        AdminServer admin = AdminServer.bind(settings.admin());
        closing.push(admin::close);
        Clock clock = Clock.systemUTC();
        Access access = Access.open(settings.access(), clock, System::nanoTime);
        closing.push(access::close);
        CanaryUpstream canaries = CanaryUpstream.start();
        closing.push(canaries::close);
        Engine engine = Engine.start(
                eventLoops.setUp(config),
                settings.engine(),
                access.allotments(),
                watching.apply(settings.engine().overload()),
                say,
                clock);
        closing.push(engine::close);
        closing.push(admin::close); // which reads the engine's ledger
        Relay relay = Relay.start(
                settings.relay(),
                engine.streams(),
                settings.engine().stream().idleTimeout(),
                engine.telemetry(),
                new Relay.Canaries(canaries.base(), engine.unread().telemetry()),
                clock);
        closing.push(relay::close);
        AtomicBoolean warm = new AtomicBoolean();
        AtomicBoolean draining = new AtomicBoolean();
        admin.serve(
                new AdminSources(
                        engine.registry(),
                        () -> warm.get() && !draining.get(),
                        engine.weights(),
                        engine.ensemble(),
                        engine.live(),
                        engine.ledger(),
                        engine::thresholds,
                        () -> engine.defaultPolicy().name(),
                        clock),
                access,
                adminTls);
        WarmUp.play(settings.engine().warmUp(), settings.gateway(), eventLoops, engine.warmUpLine(), say);
        engine.watch(eventLoops.dispatchers());
        Rounds rounds = new Rounds(
                new SelfExamination(
                        settings.gateway(),
                        eventLoops,
                        engine.streams(),
                        engine.unread(),
                        clock,
                        relay.endpoints(),
                        settings.doctor().timeout()),
                engine.telemetry());
        if (settings.doctor().atStart() == DoctorSettings.AtStart.REQUIRE) {
            requireWell(rounds);
        }
        GatewayServer gateway = GatewayServer.start(
                clients,
                settings.gateway(),
                eventLoops,
                engine.streams(),
                engine.ledger(),
                clock,
                engine.telemetry(),
                access,
                gatewayTls,
                relay.endpoints());
        closing.push(gateway::close);
        warm.set(true);
        rounds.begin(
                settings.doctor().atStart() == DoctorSettings.AtStart.SAY,
                settings.doctor().interval());
        closing.push(rounds::close);
        return new Server(
                new LiveConfig(config),
                access,
                gatewayTls,
                adminTls,
                engine,
                gateway,
                admin,
                rounds,
                settings.gateway().drainTimeout(),
                draining,
                clock,
                closing);
    }

    private static void requireWell(Rounds rounds) throws StartException {
        List<String> wrong = List.of("interrupted");
        try {
            wrong = rounds.examine();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!wrong.isEmpty()) {
            throw StartException.failed(
                    wrong.stream().map(line -> "doctor: " + line).toList());
        }
    }

    /**
     * What came of a new configuration.
     *
     * @param changed the blocks that are in force as it says
     * @param waiting settings that it changes and that are read at the start only
     */
    public record Reloaded(List<String> changed, List<String> waiting) {}

    /**
     * Puts in force what of a configuration can be changed while the server runs: all of it, or nothing. Streams,
     * connections and requests that have begun go on as they began. Blocks, perhaps for seconds.
     *
     * @throws StartException with everything that is wrong with it; then everything stays as it was
     */
    public synchronized Reloaded reload(Config next) throws StartException {
        LiveConfig changed = live.with(next);
        ServerSettings settings = ServerSettings.from(changed.config());
        List<String> blocks = new ArrayList<>();
        if (engine.decideBy(settings.engine())) {
            blocks.add("policies");
        }
        if (live.differences(changed.config()).stream()
                .anyMatch(path -> path.startsWith("weir.access") || path.startsWith("weir.tenant"))) {
            access.change(settings.access());
            blocks.add("access");
        }
        live = changed;
        if (!blocks.isEmpty()) {
            String inForce = String.join(", ", blocks);
            Audit.reloaded(inForce);
            engine.ledger().acted(new OperatorAction(Audit.SETTINGS, "reload", inForce, clock.millis()));
        }
        return new Reloaded(blocks, changed.differences(next));
    }

    /** Uses the certificates of the ports as their files are now. @return why those that changed cannot be used */
    public List<String> readCertificatesAgain() {
        return Stream.of(gatewayTls, adminTls)
                .flatMap(tls -> tls.readAgain().stream())
                .toList();
    }

    public int port() {
        return gateway.port();
    }

    public int adminPort() {
        return admin.port();
    }

    public Engine engine() {
        return engine;
    }

    /** No new streams; open ones finish, or are closed with 1001 when the drain time is over. Blocks. */
    public void drain() {
        draining.set(true);
        rounds.close();
        CompletionStage<Void> connectionsGone = gateway.drain();
        boolean streamsOver = engine.drain(drainTimeout);
        if (!streamsOver) {
            gateway.closeConnections();
        }
        connectionsGone
                .toCompletableFuture()
                .completeOnTimeout(null, 2, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        draining.set(true);
        closing.forEach(Runnable::run);
    }
}
