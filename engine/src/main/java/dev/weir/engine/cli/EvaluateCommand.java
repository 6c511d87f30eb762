package dev.weir.engine.cli;

import dev.weir.engine.Engine;
import dev.weir.engine.StartException;
import dev.weir.engine.evaluation.DataFile;
import dev.weir.engine.evaluation.Judged;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.engine.evaluation.Report;
import dev.weir.engine.evaluation.ReportTable;
import dev.weir.engine.stream.StreamSummary;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the engine on labelled texts. */
@Command(
        name = "evaluate",
        description = "Measure on labelled JSON lines (plain or gzip): how well risk ranks, what the policy stops.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class EvaluateCommand implements Callable<Integer> {

    private static final int IN_FLIGHT = 64;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Rows of text, label, role, prompt, split, spans.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private List<Path> files;

    @Option(names = "--split", paramLabel = "NAME", description = "Rows to use; default dev where a file is split.")
    private @Nullable String split;

    @Option(names = "--limit", paramLabel = "N", description = "Rows of each file at most, spread evenly over it.")
    private int limit = Integer.MAX_VALUE;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--json", description = "One JSON object a file, the total last.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    @Override
    public Integer call() throws StartException, IOException {
        Map<String, List<LabelledText>> rows = read();
        PrintWriter err = spec.commandLine().getErr();
        List<Report> reports = new ArrayList<>();
        List<Judged> all = new ArrayList<>();
        try (Engine engine = Engine.start(config.load(ConfigOptions.NO_LEDGER), line -> {
            err.println(line);
            err.flush();
        })) {
            WholeTexts texts = new WholeTexts(engine.streams());
            int total = rows.values().stream().mapToInt(List::size).sum();
            ProgressBar progress = new ProgressBar(err, Terminal.isErr(), total);
            for (Map.Entry<String, List<LabelledText>> file : rows.entrySet()) {
                List<Judged> judged = judge(texts, file.getKey(), file.getValue(), progress, all.size());
                all.addAll(judged);
                report(Report.of(file.getKey(), judged), reports);
            }
            progress.clear();
        }
        report(Report.of("total", all), reports);
        if (!json) {
            spec.commandLine().getOut().print(ReportTable.of(reports));
            spec.commandLine().getOut().flush();
        }
        return 0;
    }

    private Map<String, List<LabelledText>> read() throws IOException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit " + limit + " (expected: >= 1)");
        }
        Map<String, List<LabelledText>> rows = new LinkedHashMap<>();
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw new IOException(file + ": cannot be read (expected: a file of labelled JSON lines)");
            }
            List<LabelledText> kept = DataFile.read(file, split, limit);
            if (kept.isEmpty()) {
                throw new IOException(file + ": no rows" + (split == null ? "" : " of split " + split));
            }
            rows.put(name(file), kept);
        }
        return rows;
    }

    private void report(Report report, List<Report> reports) {
        reports.add(report);
        if (json) {
            spec.commandLine().getOut().println(Json.line(report));
            spec.commandLine().getOut().flush();
        }
    }

    private List<Judged> judge(WholeTexts texts, String name, List<LabelledText> rows, ProgressBar progress, int before)
            throws IOException {
        List<Judged> judged = new ArrayList<>(rows.size());
        ArrayDeque<CompletableFuture<Judged>> running = new ArrayDeque<>();
        for (LabelledText row : rows) {
            if (running.size() == IN_FLIGHT) {
                judged.add(join(name, running.remove()));
                progress.at(before + judged.size(), name);
            }
            running.add(run(texts, row));
        }
        while (!running.isEmpty()) {
            judged.add(join(name, running.remove()));
            progress.at(before + judged.size(), name);
        }
        return judged;
    }

    /**
     * A reply runs in monitor mode, which goes on to its end, so that its largest risk can be ranked, and says where the
     * policy would have stopped. A prompt is decided whole, and only the acting modes say what the policy does.
     */
    private static CompletableFuture<Judged> run(WholeTexts texts, LabelledText row) {
        return row.isPrompt()
                ? texts.run(Mode.GATE, row.text(), "").thenApply(finished -> prompt(row, finished.summary()))
                : texts.run(Mode.MONITOR, row.prompt(), row.text())
                        .thenApply(finished -> reply(row, finished.summary()));
    }

    private static Judged prompt(LabelledText row, StreamSummary summary) {
        int stop = summary.promptAction() == Action.STOP ? 0 : -1;
        return new Judged(row.harmful(), summary.promptRisk(), summary.tokens(), stop, stop, stop, -1);
    }

    private static Judged reply(LabelledText row, StreamSummary summary) {
        return new Judged(
                row.harmful(),
                summary.maxRisk(),
                summary.tokens(),
                summary.wouldStopToken(),
                summary.wouldStopAt(),
                summary.wouldStopOnset(),
                row.spanStart());
    }

    private static Judged join(String name, CompletableFuture<Judged> running) throws IOException {
        try {
            return running.join();
        } catch (CompletionException e) {
            throw new IOException(name + ": " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    /** The file's name without its folders and endings. */
    static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.jsonl?(\\.gz)?$", "");
    }
}
