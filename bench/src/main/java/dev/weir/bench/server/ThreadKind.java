package dev.weir.bench.server;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the threads of a server are for, by how their names begin. */
public enum ThreadKind {
    COMPILERS("compilers", "C1 Compiler", "C2 Compiler", "Sweeper"),
    COLLECTOR("collector", "GC Thread", "G1 ", "VM Thread"),
    JVM("JVM", "JFR ", "VM Periodic", "Signal Disp", "Monitor Defl", "Attach List"),
    LEDGER("ledger", "weir-ledger"),
    EVENT_LOOPS("event loops", "weir-gateway", "weir-admin"),
    TIMERS("timers", "weir-scheduler"),
    ACTORS("actors and experts", "weir-");

    private final String words;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> names;

    ThreadKind(String words, String... names) {
        this.words = words;
        this.names = List.of(names);
    }

    public String words() {
        return words;
    }

    /** Milliseconds of each kind between two readings; a thread is of the first kind that its name fits. */
    public static Map<ThreadKind, Long> millis(ProcessTimes before, ProcessTimes after) {
        Map<ThreadKind, Long> millis = new EnumMap<>(ThreadKind.class);
        after.byThread()
                .forEach((id, thread) -> of(thread.name()).ifPresent(kind -> {
                    ProcessTimes.ThreadTime earlier = before.byThread().get(id);
                    millis.merge(kind, thread.millis() - (earlier == null ? 0 : earlier.millis()), Long::sum);
                }));
        return millis;
    }

    static Optional<ThreadKind> of(String thread) {
        return Arrays.stream(values())
                .filter(kind -> kind.names.stream().anyMatch(thread::startsWith))
                .findFirst();
    }
}
