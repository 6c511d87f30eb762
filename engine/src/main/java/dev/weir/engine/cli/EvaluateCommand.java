package dev.weir.engine.cli;

import com.typesafe.config.Config;
import dev.weir.engine.Engine;
import dev.weir.engine.StartException;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Threshold;
import dev.weir.engine.evaluation.DataFile;
import dev.weir.engine.evaluation.Judged;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.engine.evaluation.Report;
import dev.weir.engine.evaluation.ReportTable;
import dev.weir.engine.report.HtmlReport;
import dev.weir.models.Category;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
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

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Rows of text, label, role, prompt, split, spans.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private List<Path> files;

    @Option(names = "--split", paramLabel = "NAME", description = "Rows to use; default dev where a file is split.")
    private @Nullable String split;

    @Option(names = "--limit", paramLabel = "N", description = "Rows of each file at most, spread evenly over it.")
    private int limit = Integer.MAX_VALUE;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--baselines", description = "Also other stop rules over the same votes: debounce-2, delay-4, ….")
    private boolean baselines;

    @Option(
            names = "--rescore",
            description = "Also the windowed expert asked again and again over growing texts. Slow: use --limit.")
    private boolean rescore;

    @Option(names = "--json", description = "One JSON object a file, the total last.")
    private boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a report with curves, in one file.")
    private @Nullable Path html;

    @Option(names = "--with-text", description = "Let the report hold the texts of its examples, behind a click.")
    private boolean withText;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    @Override
    public Integer call() throws StartException, IOException {
        Map<String, List<LabelledText>> rows = read();
        Map<String, List<Judged>> judged = judge(rows);
        List<Judged> all = judged.values().stream().flatMap(List::stream).toList();
        List<Report> reports = new ArrayList<>();
        judged.forEach((name, texts) -> reports.add(Report.of(name, texts, all)));
        reports.add(Report.of("total", all, all));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            reports.forEach(report -> out.println(Json.line(report)));
        } else {
            out.print(ReportTable.of(reports));
        }
        out.flush();
        if (html != null) {
            writeHtml(html, reports, all);
        }
        return 0;
    }

    private Map<String, List<LabelledText>> read() throws IOException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit " + limit + " (expected: >= 1)");
        }
        if (withText && html == null) {
            throw new ParameterException(spec.commandLine(), "--with-text without --html (expected: both, or neither)");
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
            if (rows.put(name(file), kept) != null) {
                throw new IOException(file + ": a second file of this name (expected: names that tell files apart)");
            }
        }
        return rows;
    }

    private Map<String, List<Judged>> judge(Map<String, List<LabelledText>> rows) throws StartException, IOException {
        PrintWriter err = spec.commandLine().getErr();
        Config settings = config.load(ConfigOptions.PATIENT);
        int total = rows.values().stream().mapToInt(List::size).sum();
        ProgressBar progress = new ProgressBar(err, Terminal.isErr(), rescore ? 2 * total : total);
        Map<Category, Threshold> thresholds = new EnumMap<>(Category.class);
        Map<String, List<Judged>> judged = new LinkedHashMap<>();
        int done = 0;
        try (Engine engine = Engine.start(settings, line -> {
            err.println(line);
            err.flush();
        })) {
            thresholds.putAll(stopThresholds(engine.defaultPolicy()));
            Judging judging = new Judging(new WholeTexts(engine.streams()), thresholds, baselines);
            for (Map.Entry<String, List<LabelledText>> file : rows.entrySet()) {
                judged.put(file.getKey(), InFlight.run(file.getValue(), judging::judge, file.getKey(), progress, done));
                done += file.getValue().size();
            }
        }
        if (rescore) {
            try (Rescorer rescorer = Rescorer.open(settings, thresholds.keySet())) {
                rescore(rescorer, judged, progress, done);
            }
        }
        progress.clear();
        return judged;
    }

    private static void rescore(Rescorer rescorer, Map<String, List<Judged>> judged, ProgressBar progress, int before)
            throws IOException {
        int done = before;
        for (Map.Entry<String, List<Judged>> file : judged.entrySet()) {
            List<Judged> rescored = new ArrayList<>();
            for (Judged text : file.getValue()) {
                rescored.add(rescorer.rescore(text));
                progress.at(++done, file.getKey() + ", again");
            }
            file.setValue(rescored);
        }
    }

    /** Of the kinds of harm that the policy stops for. */
    private static Map<Category, Threshold> stopThresholds(Policy policy) {
        Map<Category, Threshold> thresholds = new EnumMap<>(Category.class);
        policy.stopCategories()
                .forEach(category -> thresholds.put(
                        category,
                        Objects.requireNonNull(policy.rules().get(category)).threshold()));
        return thresholds;
    }

    private void writeHtml(Path file, List<Report> reports, List<Judged> all) throws IOException {
        try {
            Files.writeString(file, HtmlReport.of(reports, all, withText));
        } catch (IOException e) {
            throw new IOException(file + ": cannot be written (expected: a file in a folder that exists)", e);
        }
    }

    /** The file's name without its folders and endings. */
    static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.jsonl?(\\.gz)?$", "");
    }
}
