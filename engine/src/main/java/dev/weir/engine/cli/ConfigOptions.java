package dev.weir.engine.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.weir.engine.ledger.LedgerSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that starts an engine takes. */
final class ConfigOptions {

    /** For texts that are nobody's traffic: their decisions do not belong among a server's, whose ledger may be open. */
    static final Map<String, Object> NO_LEDGER = Map.of("weir.ledger.url", "");

    /** The same, for texts that are measured: however slow the machine, each is read to its end by every expert. */
    static final Map<String, Object> PATIENT =
            Map.of("weir.ledger.url", "", "weir.stream.idle-timeout", "1 h", "weir.stream.vote-timeout", "1 h");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings that differ from the defaults, in HOCON; reference.conf explains each.")
    private @Nullable Path file;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    /** The file with settings; empty when none was given. */
    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /**
     * The settings in force: {@code overrides}, then system properties, the file, and the defaults.
     *
     * @throws ParameterException when the file cannot be read or understood, so that the command exits 2
     */
    Config load(Map<String, Object> overrides) {
        try {
            Config given = file == null
                    ? ConfigFactory.empty()
                    : ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            return ConfigFactory.parseMap(overrides, "the command line")
                    .withFallback(ConfigFactory.defaultOverrides())
                    .withFallback(given)
                    .withFallback(ConfigFactory.parseResources("application.conf"))
                    .withFallback(ConfigFactory.defaultReferenceUnresolved())
                    .resolve();
        } catch (ConfigException e) {
            throw new ParameterException(command.commandLine(), "--config " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The ledger of these settings.
     *
     * @throws ParameterException with all that is wrong with them
     */
    LedgerSettings ledger(Config settings) {
        List<String> problems = new ArrayList<>();
        try {
            LedgerSettings ledger = LedgerSettings.from(settings.getConfig("weir.ledger"), problems);
            if (problems.isEmpty()) {
                return ledger;
            }
        } catch (ConfigException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        throw new ParameterException(command.commandLine(), String.join("\n", problems));
    }
}
