package dev.weir.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kill -9} leaves of a server's ledger. A power cut is not played: that takes {@code synchronous=FULL}. */
class KillTest {

    private static final int KILLS = 20;

    @TempDir
    Path directory;

    @Test
    void whatWasAcknowledgedSurvivesEveryKill() throws Exception {
        LedgerSettings settings = Entries.settings("jdbc:sqlite:" + directory.resolve("ledger.db"));
        Random random = new Random(20261121);
        Map<Integer, Integer> acknowledged = new HashMap<>();
        for (int round = 0; round < KILLS; round++) {
            acknowledged.put(round, lastAcknowledged(settings.url(), round, 1 + random.nextInt(40)));
            assertThat(Entries.verify(settings).faults())
                    .as("after kill " + round)
                    .isEmpty();
        }
        Set<String> kept = new HashSet<>();
        try (LedgerReader reader = LedgerReader.open(settings)) {
            reader.entries(0, (sequence, entry) -> kept.add(entry.id()));
            reader.streams(
                    0,
                    (sequence, stream) -> assertThat(new String(stream.trace(), StandardCharsets.UTF_8))
                            .isEqualTo("trace of " + stream.uid().substring(1)));
        }
        acknowledged.forEach((round, last) -> {
            assertThat(kept).contains("f" + round + "-" + last);
            for (int i = 0; i <= last; i++) { // written before it, and so in its group or an earlier one
                assertThat(kept).contains("R" + round + "-" + i, "u" + round + "-" + i);
            }
        });
    }

    /** Kills a fresh server after so many acknowledgements, while it goes on writing; how far they came. */
    private static int lastAcknowledged(String url, int round, int acknowledgements) throws IOException {
        Process server = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        WritingServer.class.getName(),
                        url,
                        Integer.toString(round)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int last = -1;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < acknowledgements; i++) {
                last = number(lines.readLine());
            }
            server.toHandle().destroyForcibly(); // SIGKILL, and what it said stays readable
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = number(line); // said before it died
            }
        } finally {
            server.destroyForcibly();
        }
        return last;
    }

    private static int number(String line) {
        assertThat(line).startsWith("RECORDED ");
        return Integer.parseInt(line.substring("RECORDED ".length()));
    }
}
