package dev.weir.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.weir.engine.admin.AdminServer;
import dev.weir.engine.admin.AdminSettings;
import dev.weir.engine.admin.AdminSources;
import dev.weir.engine.gateway.EventLoops;
import dev.weir.engine.gateway.GatewayServer;
import dev.weir.engine.gateway.GatewaySettings;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.OverloadSettings;
import dev.weir.engine.warmup.WarmUp;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The engine behind its two ports. Thread-safe. */
public final class Server implements AutoCloseable {

    private final EventLoops eventLoops;
    private final Engine engine;
    private final GatewayServer gateway;
    private final AdminServer admin;
    private final Duration drainTimeout;
    private final AtomicBoolean draining;

    private Server(
            EventLoops eventLoops,
            Engine engine,
            GatewayServer gateway,
            AdminServer admin,
            Duration drainTimeout,
            AtomicBoolean draining) {
        this.eventLoops = eventLoops;
        this.engine = engine;
        this.gateway = gateway;
        this.admin = admin;
        this.drainTimeout = drainTimeout;
        this.draining = draining;
    }

    /**
     * Binds the admin port once the models are loaded, and that of the clients once the whole line is warm.
     *
     * @throws StartException with everything that stands in the way
     */
    public static Server start(Config config, Consumer<String> say) throws StartException {
        return start(config, settings -> new Overload(settings, System::nanoTime), say);
    }

    /** @param watching the load */
    static Server start(Config config, Function<OverloadSettings, Overload> watching, Consumer<String> say)
            throws StartException {
        List<String> problems = new ArrayList<>();
        Optional<GatewaySettings> gatewaySettings =
                read(() -> GatewaySettings.from(config.getConfig("weir.gateway"), problems), problems);
        Optional<AdminSettings> adminSettings =
                read(() -> AdminSettings.from(config.getConfig("weir.admin"), problems), problems);
        Optional<EngineSettings> engineSettings = Optional.empty();
        try {
            engineSettings = Optional.of(EngineSettings.from(config));
        } catch (StartException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw StartException.wrongSettings(problems);
        }
        Clock clock = Clock.systemUTC();
        EngineSettings settings = engineSettings.orElseThrow();
        EventLoops eventLoops = EventLoops.start(gatewaySettings.orElseThrow().eventLoops());
        Engine engine;
        try {
            engine = Engine.start(eventLoops.setUp(config), settings, watching.apply(settings.overload()), say, clock);
        } catch (StartException e) {
            eventLoops.close();
            throw e;
        }
        AtomicBoolean warm = new AtomicBoolean();
        AtomicBoolean draining = new AtomicBoolean();
        try {
            AdminServer admin = AdminServer.start(
                    adminSettings.orElseThrow(),
                    new AdminSources(
                            engine.registry(),
                            () -> warm.get() && !draining.get(),
                            engine.weights(),
                            engine.ensemble(),
                            engine.live(),
                            engine.ledger(),
                            engine.thresholds(),
                            engine.defaultPolicy().name(),
                            clock));
            try {
                WarmUp.play(settings.warmUp(), gatewaySettings.orElseThrow(), eventLoops, engine.warmUpLine(), say);
                engine.watch(eventLoops.dispatchers());
                GatewayServer gateway = GatewayServer.start(
                        gatewaySettings.orElseThrow(),
                        eventLoops,
                        engine.streams(),
                        engine.ledger(),
                        clock,
                        engine.telemetry(),
                        List.of());
                warm.set(true);
                return new Server(
                        eventLoops,
                        engine,
                        gateway,
                        admin,
                        gatewaySettings.orElseThrow().drainTimeout(),
                        draining);
            } catch (BindException e) {
                admin.close();
                throw e;
            }
        } catch (BindException e) {
            engine.close();
            eventLoops.close();
            throw StartException.failed(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static <T> Optional<T> read(Supplier<T> block, List<String> problems) {
        try {
            return Optional.of(block.get());
        } catch (ConfigException e) {
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
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
        gateway.close();
        admin.close();
        engine.close();
        eventLoops.close();
    }
}
