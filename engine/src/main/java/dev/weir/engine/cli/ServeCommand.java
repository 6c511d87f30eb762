package dev.weir.engine.cli;

import com.typesafe.config.Config;
import dev.weir.engine.Reloading;
import dev.weir.engine.Server;
import dev.weir.engine.StartException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the server until it is told to stop; then it drains. */
@Command(
        name = "serve",
        description = {
            "Run the server. SIGTERM or Ctrl-C lets open streams finish first.",
            "SIGHUP, or a changed file, puts access, tenants, policies and certificates in force anew. In the foreground of"
                    + " a terminal that is gone, SIGHUP is as SIGTERM."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ServeCommand implements Callable<Integer> {

    @Option(names = "--port", description = "Port for clients (weir.gateway.port); 0 takes a free one.")
    private @Nullable Integer port;

    @Option(names = "--admin-port", description = "Port for health and metrics (weir.admin.port); 0 takes a free one.")
    private @Nullable Integer adminPort;

    @Option(names = "--host", description = "Address clients reach (weir.gateway.host).")
    private @Nullable String host;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--print-config", description = "Print the settings in force, secrets masked, and end.")
    private boolean printConfig;

    @Option(names = "--json", description = "Say what happens as JSON lines.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    @Override
    public Integer call() throws StartException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Config settings = config.load(overrides());
        if (printConfig) {
            out.print(MaskedConfig.render(settings.withOnlyPath("weir")));
            out.flush();
            return 0;
        }
        Server server = Server.start(settings, line -> say(out, line));
        Reloading reloading = Reloading.start(
                server,
                config.file(),
                () -> config.load(overrides()),
                settings.getDuration("weir.reload.interval"),
                line -> say(out, line));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(out, server), "weir-stop"));
        Hangup.runs(Hangup.meaning(Terminal.isIn(), Terminal::isThere, reloading::now, () -> System.exit(0)));
        announce(out, server, settings);
        new CountDownLatch(1).await(); // until the hook ends the process
        return 0;
    }

    private Map<String, Object> overrides() {
        Map<String, Object> overrides = new LinkedHashMap<>();
        if (port != null) {
            overrides.put("weir.gateway.port", port);
        }
        if (adminPort != null) {
            overrides.put("weir.admin.port", adminPort);
        }
        if (host != null) {
            overrides.put("weir.gateway.host", host);
        }
        return overrides;
    }

    private void announce(PrintWriter out, Server server, Config settings) {
        String streams = (isEncrypted(settings, "gateway") ? "wss://" : "ws://")
                + settings.getString("weir.gateway.host") + ":" + server.port() + "/v1/stream";
        String admin = (isEncrypted(settings, "admin") ? "https://" : "http://") + settings.getString("weir.admin.host")
                + ":" + server.adminPort();
        if (json) {
            out.println(Json.line(Map.of("event", "ready", "streams", streams, "admin", admin)));
        } else {
            out.println("streams    " + streams);
            out.println("dashboard  " + admin + "/");
            out.println("health     " + admin + "/readyz");
            out.println("metrics    " + admin + "/metrics");
            out.println("ready");
        }
        out.flush();
    }

    private static boolean isEncrypted(Config settings, String port) {
        return !settings.getString("weir." + port + ".tls.certificate").isEmpty();
    }

    private void say(PrintWriter out, String line) {
        out.println(json ? Json.line(Map.of("event", "note", "message", line)) : line);
        out.flush();
    }

    /** Runs in the JVM's shutdown. Being told to stop is no failure, so the process ends with 0 and not with 143. */
    private void stop(PrintWriter out, Server server) {
        say(out, "draining");
        server.drain();
        server.close();
        say(out, "stopped");
        Runtime.getRuntime().halt(0);
    }
}
