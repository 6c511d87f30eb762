package dev.weir.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A client in another language: a program that reads actions and writes reports, one JSON object a line. */
final class ProcessDriver extends Driver {

    private final Path errors = Files.createTempFile("driver", ".err");
    private final Process process;
    private final BufferedWriter actions;

    ProcessDriver(Path folder, String... command) throws IOException {
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        actions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                report(Transcript.JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void tell(JsonNode action) {
        try {
            actions.write(Transcript.JSON.writeValueAsString(action));
            actions.newLine();
            actions.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(complaint(), e);
        }
    }

    @Override
    String complaint() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program ends when it has nothing more to read. */
    @Override
    public void close() {
        try {
            actions.close();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the client's program does not end; " + complaint());
            }
            String complaint = complaint();
            Files.delete(errors);
            if (process.exitValue() != 0 || !complaint.isEmpty()) {
                throw new AssertionError("the client's program ended with " + process.exitValue() + "; " + complaint);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(complaint(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
