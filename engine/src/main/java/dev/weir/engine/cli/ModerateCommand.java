package dev.weir.engine.cli;

import dev.weir.engine.Engine;
import dev.weir.engine.StartException;
import dev.weir.protocol.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Moderates a file of texts. Lines are scored many at once and answered in order. */
@Command(
        name = "moderate",
        description =
                "Moderate JSON lines: {\"text\": …, \"prompt\": …, \"id\": …, \"role\": …} in, one decision a line out.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ModerateCommand implements Callable<Integer> {

    /** Enough to fill batches; more would only wait. */
    private static final int IN_FLIGHT = 64;

    private record Pending(int line, ModerationRequest request, CompletableFuture<WholeTexts.Finished> finished) {}

    @Parameters(paramLabel = "FILE", description = "Texts to moderate; - reads standard input.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path file;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--json", description = "JSON lines, which is what it writes anyway.")
    @SuppressWarnings("UnusedVariable") // every command takes it; here there is nothing to choose
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    private int faults;

    @Override
    public Integer call() throws StartException, IOException {
        PrintWriter err = spec.commandLine().getErr();
        try (BufferedReader lines = open();
                Engine engine = Engine.start(config.load(ConfigOptions.NO_LEDGER), line -> say(err, line))) {
            moderate(lines, new WholeTexts(engine.streams()));
        }
        return faults == 0 ? 0 : 1;
    }

    private void moderate(BufferedReader lines, WholeTexts texts) throws IOException {
        ArrayDeque<Pending> pending = new ArrayDeque<>();
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                ModerationRequest request = ModerationRequest.parse(number, line);
                pending.add(new Pending(number, request, start(texts, request)));
            } catch (ModerationRequest.Unreadable e) {
                fault(number, e.getMessage());
            }
            while (!pending.isEmpty() && (pending.size() >= IN_FLIGHT || isAnswered(pending) || !lines.ready())) {
                answer(pending.remove());
            }
        }
        while (!pending.isEmpty()) {
            answer(pending.remove());
        }
    }

    private static boolean isAnswered(ArrayDeque<Pending> pending) {
        return pending.element().finished.isDone();
    }

    /** In gate mode whatever the policy's own mode is, so that the line says what the policy would do. */
    private static CompletableFuture<WholeTexts.Finished> start(WholeTexts texts, ModerationRequest request) {
        return request.isPrompt()
                ? texts.run(Mode.GATE, request.text(), "")
                : texts.run(Mode.GATE, request.prompt(), request.text());
    }

    private void answer(Pending next) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println(Json.line(ModerationLine.of(next.request, next.finished.join())));
            out.flush();
        } catch (CompletionException e) {
            fault(
                    next.line,
                    String.valueOf(
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        }
    }

    private void fault(int line, @org.jspecify.annotations.Nullable String problem) {
        faults++;
        say(spec.commandLine().getErr(), "weir: " + file + " line " + line + ": " + problem);
    }

    private BufferedReader open() throws IOException {
        InputStream in = file.toString().equals("-") ? System.in : newInputStream(file);
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    static InputStream newInputStream(Path file) throws IOException {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read (expected: a file of JSON lines)", e);
        }
    }

    private static void say(PrintWriter to, String line) {
        to.println(line);
        to.flush();
    }
}
