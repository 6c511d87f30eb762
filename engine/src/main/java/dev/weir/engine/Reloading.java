package dev.weir.engine;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Has a server read its files again, when one has changed and when it is told to. What is wrong with them is said in one
 * line each, and nothing is changed then.
 */
public final class Reloading implements AutoCloseable {

    private final Server server;
    private final Optional<Path> file;
    private final Callable<Config> source;
    private final Consumer<String> say;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("weir-reload").daemon().factory());
    private String seen;

    private Reloading(Server server, Optional<Path> file, Callable<Config> source, Consumer<String> say) {
        this.server = server;
        this.file = file;
        this.source = source;
        this.say = say;
        this.seen = look();
    }

    /**
     * @param file with the configuration, which is looked at now and then; empty for none
     * @param source reads the configuration; fails with an exception whose message says why
     * @param interval between two looks; zero for none
     * @param say is given a line for each thing that changed, or could not
     */
    public static Reloading start(
            Server server, Optional<Path> file, Callable<Config> source, Duration interval, Consumer<String> say) {
        Reloading reloading = new Reloading(server, file, source, say);
        if (!interval.isZero()) {
            var unused = reloading.thread.scheduleWithFixedDelay(
                    reloading::lookAgain, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
        return reloading;
    }

    /** Reads everything again, whether it has changed or not. Returns at once. */
    public void now() {
        thread.execute(this::readAgain);
    }

    private void lookAgain() {
        server.readCertificatesAgain().forEach(say);
        if (!look().equals(seen)) {
            readAgain();
        }
    }

    private void readAgain() {
        server.readCertificatesAgain().forEach(say);
        seen = look();
        try {
            Server.Reloaded reloaded = server.reload(source.call());
            say.accept(
                    reloaded.changed().isEmpty()
                            ? "reloaded: nothing that can be changed now is different"
                            : "reloaded: " + String.join(", ", reloaded.changed()));
            if (!reloaded.waiting().isEmpty()) {
                say.accept("needs a restart: " + String.join(", ", reloaded.waiting()));
            }
        } catch (StartException e) {
            e.problems().forEach(this::refuse);
        } catch (Exception e) { // of whoever reads the file
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private void refuse(String problem) {
        say.accept("not reloaded, everything stays as it was: "
                + problem.lines().findFirst().orElse(""));
    }

    /** What the file looks like from outside. */
    private String look() {
        if (file.isEmpty()) {
            return "";
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(file.get(), BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
        } catch (IOException e) {
            return "not there";
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
