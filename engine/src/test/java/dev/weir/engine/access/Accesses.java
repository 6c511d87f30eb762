package dev.weir.engine.access;

import com.typesafe.config.ConfigFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Who is let in, for tests: nobody is asked, unless the lines say otherwise. */
public final class Accesses {

    private Accesses() {}

    /** @param lines of the block {@code weir} that differ from the defaults, such as {@code access.anyone = true} */
    public static Access of(String... lines) {
        return of(Clock.systemUTC(), System::nanoTime, lines);
    }

    public static Access of(Clock clock, LongSupplier nanoTime, String... lines) {
        List<String> problems = new ArrayList<>();
        AccessSettings settings = settings(problems, lines);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.toString());
        }
        return Access.open(settings, clock, nanoTime);
    }

    static AccessSettings settings(List<String> problems, String... lines) {
        return AccessSettings.from(
                ConfigFactory.parseString(String.join("\n", lines))
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir")),
                Set.of("default", "strict", "monitor"),
                problems);
    }
}
