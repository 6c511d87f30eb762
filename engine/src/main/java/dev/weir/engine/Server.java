package dev.weir.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.weir.engine.gateway.AdminServer;
import dev.weir.engine.gateway.AdminSettings;
import dev.weir.engine.gateway.GatewayServer;
import dev.weir.engine.gateway.GatewaySettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The engine behind its two ports. Thread-safe. */
public final class Server implements AutoCloseable {

    private final Engine engine;
    private final GatewayServer gateway;
    private final AdminServer admin;
    private final GatewaySettings settings;
    private final AtomicBoolean ready;

    private Server(
            Engine engine, GatewayServer gateway, AdminServer admin, GatewaySettings settings, AtomicBoolean ready) {
        this.engine = engine;
        this.gateway = gateway;
        this.admin = admin;
        this.settings = settings;
        this.ready = ready;
    }

    /**
     * Binds both ports once the models are warm.
     *
     * @throws StartException with everything that stands in the way
     */
    public static Server start(Config config, Consumer<String> say) throws StartException {
        List<String> problems = new ArrayList<>();
        GatewaySettings gatewaySettings;
        AdminSettings adminSettings;
        try {
            gatewaySettings = GatewaySettings.from(config.getConfig("weir.gateway"), problems);
            adminSettings = AdminSettings.from(config.getConfig("weir.admin"), problems);
            EngineSettings.from(config);
        } catch (ConfigException e) {
            problems.add(String.valueOf(e.getMessage()));
            throw new StartException(problems);
        } catch (StartException e) {
            problems.addAll(e.problems());
            throw new StartException(problems);
        }
        if (!problems.isEmpty()) {
            throw new StartException(problems);
        }
        Engine engine = Engine.start(config, say);
        AtomicBoolean ready = new AtomicBoolean(true);
        try {
            AdminServer admin = AdminServer.start(adminSettings, engine.registry(), ready::get);
            try {
                GatewayServer gateway =
                        GatewayServer.start(gatewaySettings, engine.streams(), engine.ledger(), engine.telemetry());
                return new Server(engine, gateway, admin, gatewaySettings, ready);
            } catch (IOException e) {
                admin.close();
                throw e;
            }
        } catch (IOException e) {
            engine.close();
            throw new StartException(List.of(String.valueOf(e.getMessage())));
        }
    }

    public int port() {
        return gateway.port();
    }

    public int adminPort() {
        return admin.port();
    }

    /** No new streams; open ones finish, or are closed with 1001 when the drain time is over. Blocks. */
    public void drain() {
        ready.set(false);
        engine.drain(settings.drainTimeout());
        gateway.closeConnections();
    }

    @Override
    public void close() {
        ready.set(false);
        gateway.close();
        admin.close();
        engine.close();
    }
}
