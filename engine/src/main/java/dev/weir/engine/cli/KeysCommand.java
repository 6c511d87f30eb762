package dev.weir.engine.cli;

import dev.weir.engine.access.ApiKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** API keys: the server keeps their hashes only. */
@Command(
        name = "keys",
        description = "Draw API keys, and say what the settings say of them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "new",
            description = "Draw a key, show it this once, and print the line for the settings.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int draw(
            @Parameters(paramLabel = "ID", description = "Names the key, and is part of it: letters, digits, . or -.")
                    String id,
            @Option(names = "--tenant", defaultValue = "default", description = "Whose it is (${DEFAULT-VALUE}).")
                    String tenant,
            @Option(
                            names = "--scopes",
                            split = ",",
                            defaultValue = "stream",
                            description = "Of stream, review and admin, with commas (${DEFAULT-VALUE}).")
                    List<String> scopes,
            @Option(names = "--json", description = "As a JSON line.") boolean json) {
        String key;
        try {
            key = ApiKeys.draw(id, new SecureRandom());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        String line = line(id, key) + ", tenant = " + tenant + ", scopes = " + scopes + " }";
        if (json) {
            out().println(Json.line(Map.of("key", key, "settings", line)));
        } else {
            out().println(key);
            out().println("  shown this once: give it to the client. The settings of the server get:");
            out().println(line);
        }
        out().flush();
        return 0;
    }

    @Command(
            description = "Read a key from standard input, and print the line for the settings.",
            mixinStandardHelpOptions = true)
    int hash() throws IOException {
        String key = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        String id = ApiKeys.idOf(key == null ? "" : key.strip())
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "standard input: no key (expected: weir_ID_… as weir keys new drew it)"));
        out().println(line(id, String.valueOf(key).strip()) + " }");
        out().flush();
        return 0;
    }

    private static String line(String id, String key) {
        return "weir.access.keys.\"" + id + "\" { hash = \"" + ApiKeys.hash(key) + "\"";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
