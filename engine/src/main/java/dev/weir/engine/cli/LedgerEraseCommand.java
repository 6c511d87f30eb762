package dev.weir.engine.cli;

import dev.weir.engine.ledger.Upkeep;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Erases a tenant's texts. */
@Command(
        name = "erase",
        description = {
            "Destroy the key of a tenant's texts, in this ledger and in every copy of it. There is no way back.",
            "Decisions stay, and can still be verified; copies of the key's file must be destroyed by hand."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LedgerEraseCommand extends LedgerSubcommand {

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9._-]{1,59}");

    @Option(names = "--tenant", paramLabel = "T", required = true, description = "Whose texts.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private String tenant;

    @Override
    public Integer call() throws IOException {
        if (!TENANT.matcher(tenant).matches()) {
            throw new ParameterException(
                    spec().commandLine(), "--tenant (expected: 1 to 59 letters, digits, dots, - or _)");
        }
        boolean erased;
        try (Upkeep upkeep = Upkeep.open(settings())) {
            erased = upkeep.erase(tenant, Clock.systemUTC().millis());
        }
        out().println(
                        isJson()
                                ? Json.line(Map.of("tenant", tenant, "erased", erased))
                                : erased
                                        ? "the key of tenant " + tenant
                                                + " is destroyed: its texts cannot be read any more"
                                        : "tenant " + tenant + " has no key, and so no text");
        out().flush();
        return 0;
    }
}
