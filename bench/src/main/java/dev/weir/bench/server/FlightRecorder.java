package dev.weir.bench.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Records a JVM with its own recorder, driven by {@code jcmd} of the JDK this runs on: processor time by stack every 10 ms of
 * it, allocations, and the collector's pauses.
 */
public final class FlightRecorder implements AutoCloseable {

    private static final String NAME = "weir-bench";
    private static final long COMMAND_SECONDS = 60;

    private static final String SETTINGS = """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0" label="Weir bench" provider="Weir">
              <event name="jdk.CPUTimeSample">
                <setting name="enabled">true</setting><setting name="throttle">10ms</setting>
              </event>
              <event name="jdk.CPUTimeSamplesLost"><setting name="enabled">true</setting></event>
              <event name="jdk.ObjectAllocationSample">
                <setting name="enabled">true</setting><setting name="throttle">200/s</setting>
                <setting name="stackTrace">true</setting>
              </event>
              <event name="jdk.GCPhasePause">
                <setting name="enabled">true</setting><setting name="threshold">0 ms</setting>
              </event>
            </configuration>
            """;

    private final long pid;
    private final Path directory;
    private boolean recording;

    private FlightRecorder(long pid, Path directory) {
        this.pid = pid;
        this.directory = directory;
    }

    /** Begins to record; takes about a second. */
    public static FlightRecorder start(long pid) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("weir-flight");
        Path settings = directory.resolve("weir.jfc");
        Files.writeString(settings, SETTINGS);
        FlightRecorder recorder = new FlightRecorder(pid, directory);
        try {
            jcmd(pid, "JFR.start", "name=" + NAME, "settings=" + settings);
            recorder.recording = true;
            return recorder;
        } catch (IOException e) {
            recorder.close();
            throw e;
        }
    }

    /** Ends the recording and reads what lies between two moments of it. */
    public Flight stop(Instant from, Instant to) throws IOException, InterruptedException {
        Path file = directory.resolve("flight.jfr");
        recording = false;
        jcmd(pid, "JFR.stop", "name=" + NAME, "filename=" + file);
        return Flight.read(file, from, to);
    }

    /** What the JVM with this id answers to a diagnostic command. */
    public static String jcmd(long pid, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        words.add(Long.toString(pid));
        words.addAll(List.of(command));
        Process jcmd = new ProcessBuilder(words).redirectErrorStream(true).start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!jcmd.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
            throw new IOException("jcmd " + command[0] + " of process " + pid + " failed: " + answer.strip());
        }
        return answer;
    }

    /** Throws away what is still being recorded. */
    @Override
    public void close() throws IOException {
        try {
            if (recording) {
                jcmd(pid, "JFR.stop", "name=" + NAME);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            delete();
        }
    }

    private void delete() throws IOException {
        for (String file : List.of("weir.jfc", "flight.jfr")) {
            Files.deleteIfExists(directory.resolve(file));
        }
        Files.deleteIfExists(directory);
    }
}
