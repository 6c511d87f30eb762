package dev.weir.engine.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import dev.weir.engine.Engine;
import dev.weir.engine.StartException;
import dev.weir.engine.calibration.BudgetCalibration;
import dev.weir.engine.calibration.CleanStream;
import dev.weir.engine.calibration.FalseStopBudget;
import dev.weir.engine.calibration.HeldOutStops;
import dev.weir.engine.calibration.PolicyArtefact;
import dev.weir.engine.calibration.PromptStops;
import dev.weir.engine.calibration.Redraws;
import dev.weir.engine.calibration.StreamMaxima;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.PositionBands;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sets a policy's stop thresholds from clean replies and a budget of false stops. Every reply is run once, to its end,
 * through the engine that would moderate it; what is stopped for its prompt is counted apart, because the thresholds of
 * the text have no say in it. Clean prompts, where there are enough, set a threshold of their own by the same budget.
 */
@Command(
        name = "calibrate",
        description = {
            "Set stop thresholds from a budget: at most alpha of clean replies are stopped, with 95 %% confidence.",
            "Takes the rows with label 0 of labelled JSON lines (plain or gzip)."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CalibrateCommand implements Callable<Integer> {

    private static final long SEED = 20261121;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Rows of text, label, role, prompt, split; rows with role prompt set when a prompt is stopped.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private List<Path> files;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            defaultValue = "calibrate",
            description = "Rows of a split file: ${COMPLETION-CANDIDATES}. Default calibrate: train rows that no expert"
                    + " was trained on.")
    private CleanTexts.Split split = CleanTexts.Split.CALIBRATE;

    @Option(
            names = "--alpha",
            paramLabel = "SHARE",
            split = ",",
            defaultValue = "0.05,0.01,0.005,0.001",
            description = "Shares of clean replies that may be stopped; default ${DEFAULT-VALUE}.")
    private List<Double> alphas = List.of();

    @Option(names = "--policy", paramLabel = "NAME", description = "Policy to calibrate; the default one if not given.")
    private @Nullable String policy;

    @Option(
            names = "--bands",
            paramLabel = "TOKENS",
            split = ",",
            defaultValue = "64,256,1024",
            description = "Positions at which thresholds change; default ${DEFAULT-VALUE}.")
    private List<Integer> starts = List.of();

    @Option(names = "--out", paramLabel = "FILE", description = "Where to keep the thresholds, for a policy to name.")
    private @Nullable Path out;

    @Option(
            names = "--check",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Then count the false stops among other clean rows: dev rows where a file is split.")
    private List<Path> checked = List.of();

    @Option(names = "--limit", paramLabel = "N", description = "Rows of each file at most, spread evenly over it.")
    private int limit = Integer.MAX_VALUE;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--json", description = "JSON lines: the calibration, then what it does to the other rows.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    /** Clean texts as they ran: those that are calibrated with, and others. */
    private record Texts(
            List<CleanTexts.Ran> calibrating,
            List<Double> calibratingPrompts,
            List<StreamMaxima> others,
            List<Double> otherPrompts) {}

    @Override
    public Integer call() throws StartException, IOException {
        List<FalseStopBudget> budgets = budgets();
        PositionBands bands = bands();
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit " + limit + " (expected: >= 1)");
        }
        CleanTexts.Rows calibrating = CleanTexts.read(files, split, limit);
        CleanTexts.Rows others =
                checked.isEmpty() ? CleanTexts.Rows.NONE : CleanTexts.read(checked, CleanTexts.Split.DEV, limit);
        PrintWriter err = spec.commandLine().getErr();
        try (Engine engine = Engine.start(settings(), line -> say(err, line))) {
            Policy inForce = engine.defaultPolicy();
            if (inForce.stopCategories().isEmpty()) {
                throw new IOException(
                        "policy " + inForce.name() + ": no category with action stop (expected: at least one)");
            }
            Texts texts = run(new WholeTexts(engine.streams()), calibrating, others, bands);
            BudgetCalibration calibration = BudgetCalibration.of(
                    clean(texts), texts.calibratingPrompts, inForce.stopCategories(), bands, budgets);
            if (calibration.calibrated().isEmpty()) {
                throw new IOException("too few: " + CalibrationTable.tooFew(loosest(budgets), calibration.level()));
            }
            PolicyArtefact artefact = calibration.artefact(
                    inForce.name(), LocalDate.now(Clock.systemUTC()).toString(), bands, engine.madeWith());
            if (out != null) {
                artefact.write(out);
            }
            report(inForce, calibration, artefact, texts, bands);
        }
        return 0;
    }

    private Texts run(WholeTexts texts, CleanTexts.Rows calibrating, CleanTexts.Rows others, PositionBands bands)
            throws IOException {
        ProgressBar progress =
                new ProgressBar(spec.commandLine().getErr(), Terminal.isErr(), calibrating.count() + others.count());
        List<CleanTexts.Ran> replies = CleanTexts.run(texts, calibrating.replies(), bands, progress, 0);
        int before = calibrating.replies().size();
        List<Double> prompts = CleanTexts.runPrompts(texts, calibrating.prompts(), progress, before);
        List<CleanTexts.Ran> checks = CleanTexts.run(texts, others.replies(), bands, progress, calibrating.count());
        before = calibrating.count() + others.replies().size();
        List<Double> promptChecks = CleanTexts.runPrompts(texts, others.prompts(), progress, before);
        progress.clear();
        return new Texts(
                replies,
                prompts,
                checks.stream().map(one -> one.stream().maxima()).toList(),
                promptChecks);
    }

    private static List<CleanStream> clean(Texts texts) {
        return texts.calibrating.stream().map(CleanTexts.Ran::stream).toList();
    }

    private void report(
            Policy inForce, BudgetCalibration calibration, PolicyArtefact artefact, Texts texts, PositionBands bands) {
        List<HeldOutStops> heldOut = new ArrayList<>();
        List<Redraws> redraws = new ArrayList<>();
        if (!texts.others.isEmpty()) {
            List<StreamMaxima> all = Stream.concat(
                            clean(texts).stream().map(CleanStream::maxima), texts.others.stream())
                    .toList();
            calibration.calibrated().forEach(found -> {
                heldOut.add(HeldOutStops.of(found, texts.others, bands));
                Redraws.of(found.budget(), all, texts.calibrating.size(), inForce.stopCategories(), bands, SEED)
                        .ifPresent(redraws::add);
            });
        }
        List<PromptStops> prompts = calibration.promptThresholds().stream()
                .map(found -> PromptStops.of(
                        found,
                        texts.otherPrompts,
                        texts.calibrating.stream()
                                .map(CleanTexts.Ran::promptRisk)
                                .toList()))
                .toList();
        PrintWriter to = spec.commandLine().getOut();
        if (json) {
            to.println(Json.line(artefact));
            if (!heldOut.isEmpty()) {
                to.println(Json.line(Map.of("heldOut", heldOut, "redraws", redraws, "prompts", prompts)));
            }
        } else {
            CalibrationTable table = new CalibrationTable();
            table.calibration(inForce.name(), calibration);
            calibration.calibrated().forEach(found -> table.thresholds(found, bands));
            if (!heldOut.isEmpty()) {
                table.heldOut(heldOut);
                table.redraws(redraws);
            }
            table.prompts(calibration, prompts);
            to.print(table);
        }
        to.flush();
    }

    private List<FalseStopBudget> budgets() {
        try {
            return alphas.stream().map(FalseStopBudget::of).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--alpha: " + e.getMessage(), e);
        }
    }

    private static FalseStopBudget loosest(List<FalseStopBudget> budgets) {
        return Collections.max(budgets, Comparator.comparing(FalseStopBudget::alpha));
    }

    private PositionBands bands() {
        try {
            return new PositionBands(starts);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--bands: " + e.getMessage(), e);
        }
    }

    /** The policy as it would be without thresholds of its own, which may be what is being replaced. */
    private Config settings() {
        Config settings = config.load(ConfigOptions.PATIENT);
        for (String name : settings.getConfig("weir.policies").root().keySet()) {
            settings = settings.withValue(
                    ConfigUtil.joinPath("weir", "policies", name, "stop-thresholds"),
                    ConfigValueFactory.fromMap(Map.of("by", "typed")));
        }
        if (policy == null) {
            return settings;
        }
        if (!settings.hasPath(ConfigUtil.joinPath("weir", "policies", policy))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--policy " + policy + " (expected: one of "
                            + settings.getConfig("weir.policies").root().keySet() + ")");
        }
        return settings.withValue("weir.default-policy", ConfigValueFactory.fromAnyRef(policy));
    }

    private static void say(PrintWriter to, String line) {
        to.println(line);
        to.flush();
    }
}
