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
import dev.weir.engine.calibration.Redraws;
import dev.weir.engine.calibration.StreamMaxima;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.PositionBands;
import dev.weir.engine.evaluation.LabelledText;
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
 * the text have no say in it.
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

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Rows of text, label, role, prompt, split.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private List<Path> files;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            defaultValue = "calibrate",
            description = "Rows of a split file: ${COMPLETION-CANDIDATES}. Default calibrate: train rows that no expert"
                    + " was trained on.")
    private CleanReplies.Split split = CleanReplies.Split.CALIBRATE;

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

    /** @param promptStops replies of the calibration whose prompt the policy stops */
    private record Texts(List<CleanStream> calibrating, int promptStops, List<StreamMaxima> others) {}

    @Override
    public Integer call() throws StartException, IOException {
        List<FalseStopBudget> budgets = budgets();
        PositionBands bands = bands();
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit " + limit + " (expected: >= 1)");
        }
        List<LabelledText> calibrating = CleanReplies.read(files, split, limit);
        List<LabelledText> others =
                checked.isEmpty() ? List.of() : CleanReplies.read(checked, CleanReplies.Split.DEV, limit);
        PrintWriter err = spec.commandLine().getErr();
        try (Engine engine = Engine.start(settings(), line -> say(err, line))) {
            Policy inForce = engine.defaultPolicy();
            if (inForce.stopCategories().isEmpty()) {
                throw new IOException(
                        "policy " + inForce.name() + ": no category with action stop (expected: at least one)");
            }
            Texts texts = run(new WholeTexts(engine.streams()), calibrating, others, bands, inForce);
            BudgetCalibration calibration =
                    BudgetCalibration.of(texts.calibrating, inForce.stopCategories(), bands, budgets);
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

    private Texts run(
            WholeTexts texts,
            List<LabelledText> calibrating,
            List<LabelledText> others,
            PositionBands bands,
            Policy inForce)
            throws IOException {
        ProgressBar progress =
                new ProgressBar(spec.commandLine().getErr(), Terminal.isErr(), calibrating.size() + others.size());
        List<CleanReplies.Ran> ran = CleanReplies.run(texts, calibrating, bands, progress, 0);
        List<CleanReplies.Ran> checks = CleanReplies.run(texts, others, bands, progress, calibrating.size());
        progress.clear();
        int promptStops = (int) ran.stream()
                .filter(one -> one.promptRisk() >= inForce.prompt().stopAt())
                .count();
        return new Texts(
                ran.stream().map(CleanReplies.Ran::stream).toList(),
                promptStops,
                checks.stream().map(one -> one.stream().maxima()).toList());
    }

    private void report(
            Policy inForce, BudgetCalibration calibration, PolicyArtefact artefact, Texts texts, PositionBands bands) {
        List<HeldOutStops> heldOut = new ArrayList<>();
        List<Redraws> redraws = new ArrayList<>();
        if (!texts.others.isEmpty()) {
            List<StreamMaxima> all = Stream.concat(
                            texts.calibrating.stream().map(CleanStream::maxima), texts.others.stream())
                    .toList();
            calibration.calibrated().forEach(found -> {
                heldOut.add(HeldOutStops.of(found, texts.others, bands));
                Redraws.of(found.budget(), all, texts.calibrating.size(), inForce.stopCategories(), bands, SEED)
                        .ifPresent(redraws::add);
            });
        }
        PrintWriter to = spec.commandLine().getOut();
        if (json) {
            to.println(Json.line(artefact));
            if (!heldOut.isEmpty()) {
                to.println(Json.line(Map.of("heldOut", heldOut, "redraws", redraws)));
            }
        } else {
            CalibrationTable table = new CalibrationTable();
            table.calibration(inForce.name(), calibration, texts.promptStops);
            calibration.calibrated().forEach(found -> table.thresholds(found, bands));
            if (!heldOut.isEmpty()) {
                table.heldOut(heldOut);
                table.redraws(redraws);
            }
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
