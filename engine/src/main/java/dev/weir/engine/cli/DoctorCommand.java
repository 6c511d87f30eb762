package dev.weir.engine.cli;

import com.typesafe.config.Config;
import dev.weir.engine.doctor.Diagnosis;
import dev.weir.engine.doctor.Doctor;
import dev.weir.engine.doctor.Finding;
import dev.weir.engine.doctor.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends canaries through a running server, and says which ways are protected. */
@Command(
        name = "doctor",
        description = {
            "Send canaries and harmless texts through every route, channel and mode of a running server.",
            "protected: the canary was caught and harmless text came through. unprotected: the canary came through."
                    + " blocked: harmless text did not. off: not served, or not to this key. unreachable: no answer.",
            "Exits 1 when one is unprotected, blocked or unreachable. Where the server asks for a credential, WEIR_KEY"
                    + " holds one with the scopes stream and admin. No canary is kept or counted among its streams."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DoctorCommand implements Callable<Integer> {

    private static final String KEY = "WEIR_KEY";
    private static final String FORMAT = "%-19s  %-15s  %-11s  %-11s  %-11s  %-11s";
    private static final List<String> MODES = List.of("gate", "stream", "monitor", Finding.NO_MODE);

    @Option(
            names = "--url",
            description = "Address for clients of the server (default: with weir.gateway.host and weir.gateway.port).")
    private @Nullable String url;

    @Mixin
    private final Authorities authorities = new Authorities();

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--json", description = "One JSON object a check.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Config settings = config.load(Map.of());
        Target target = new Target(base(settings), System.getenv(KEY), authorities.context());
        Duration timeout = settings.getDuration("weir.doctor.timeout");
        Diagnosis diagnosis;
        try {
            diagnosis = new Doctor(target, timeout).examine();
        } catch (ConnectException e) {
            throw new IOException(
                    "no server answers at " + target.base() + " (expected: weir serve there, or another --url)", e);
        } catch (IOException e) {
            throw new IOException(target.base() + ": " + e.getMessage(), e);
        }
        if (json) {
            diagnosis.findings().forEach(finding -> out().println(Json.line(line(finding))));
        } else {
            print(diagnosis);
        }
        out().flush();
        return diagnosis.ill().isEmpty() ? 0 : 1;
    }

    private URI base(Config settings) {
        String address = url == null
                ? (settings.getString("weir.gateway.tls.certificate").isEmpty() ? "ws://" : "wss://")
                        + settings.getString("weir.gateway.host") + ":" + settings.getInt("weir.gateway.port")
                : url;
        return Target.base(address)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--url " + address + " (expected: ws, wss, http or https, such as ws://HOST:PORT)"));
    }

    private void print(Diagnosis diagnosis) {
        line(FORMAT, "route", "channel", "gate", "stream", "monitor", "default");
        Map<List<String>, Map<String, String>> rows = new LinkedHashMap<>();
        for (Finding finding : diagnosis.findings()) {
            rows.computeIfAbsent(List.of(finding.route(), finding.part()), row -> new LinkedHashMap<>())
                    .put(finding.mode(), finding.status().title());
        }
        rows.forEach((row, byMode) -> {
            List<String> cells =
                    MODES.stream().map(mode -> byMode.getOrDefault(mode, "")).toList();
            line(FORMAT, row.get(0), row.get(1), cells.get(0), cells.get(1), cells.get(2), cells.get(3));
        });
        line("");
        diagnosis.ill().forEach(finding -> line("%s", finding));
        line("%s", diagnosis.summary());
    }

    private static Map<String, Object> line(Finding finding) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("route", finding.route());
        line.put("channel", finding.part());
        line.put("mode", finding.mode());
        line.put("status", finding.status().title());
        line.put("detail", finding.detail());
        return line;
    }

    private void line(String format, Object... values) {
        out().println(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
