package dev.weir.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a result must be read with.
 *
 * @param subprotocol that the client spoke, as the handshake names it; for HTTP how its answers come
 * @param commit with a + where the working tree differs from it; unknown outside of a repository
 */
public record RunNote(String question, String command, String subprotocol, String machine, String commit, String when) {

    public static RunNote of(String question, String command, String subprotocol, Path repository) {
        return new RunNote(
                question,
                command,
                subprotocol,
                thisMachine(),
                commit(repository),
                Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
    }

    private static String thisMachine() {
        return "%d cores of %s, load average before %s"
                .formatted(Runtime.getRuntime().availableProcessors(), processor(), loadAverage());
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("an unknown processor");
        } catch (IOException e) {
            return "an unknown processor";
        }
    }

    /** Of one, five and fifteen minutes. */
    public static String loadAverage() {
        try {
            String[] fields = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
            return fields[0] + " " + fields[1] + " " + fields[2];
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String commit(Path repository) {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty=+", "--match=", "--abbrev=10")
                    .directory(repository.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return git.waitFor() == 0 ? commit : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
