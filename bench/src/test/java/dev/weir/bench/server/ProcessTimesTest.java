package dev.weir.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTimesTest {

    @TempDir
    Path process;

    @Test
    void readsUserAndSystemTimeBehindANameOfAnyKind() throws IOException {
        write(process, "7 (java (x) y) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 9");
        Files.writeString(process.resolve("status"), "Name:\tjava\nVmRSS:\t  2048 kB\n");
        write(
                Files.createDirectories(process.resolve("task/8")),
                "8 (C2 CompilerThre) S 1 2 3 4 5 6 7 8 9 10 30 10 0 0 0");
        ProcessTimes times = ProcessTimes.read(process);
        assertThat(times.millis()).isEqualTo(2_000);
        assertThat(times.residentKib()).isEqualTo(2_048);
        ProcessTimes nothing = new ProcessTimes(0, Map.of(), 0);
        assertThat(times.millisSince(nothing, List.of("C2 Compiler"))).isEqualTo(400);
        assertThat(times.millisSince(times, List.of("C2 Compiler"))).isZero();
        assertThat(times.millisSince(nothing, List.of("GC Thread"))).isZero();
    }

    @Test
    void aThreadIsOfTheFirstKindThatItsNameFits() {
        ProcessTimes before = new ProcessTimes(0, Map.of(1L, thread("weir-ledger-sch", 10)), 0);
        ProcessTimes after = new ProcessTimes(
                0,
                Map.of(
                        1L, thread("weir-ledger-sch", 30),
                        2L, thread("weir-akka.actor", 40),
                        3L, thread("java", 50)),
                0);
        assertThat(ThreadKind.millis(before, after))
                .containsOnly(Map.entry(ThreadKind.LEDGER, 20L), Map.entry(ThreadKind.ACTORS, 40L));
    }

    private static ProcessTimes.ThreadTime thread(String name, long millis) {
        return new ProcessTimes.ThreadTime(name, millis);
    }

    private static void write(Path folder, String stat) throws IOException {
        Files.writeString(folder.resolve("stat"), stat);
    }
}
