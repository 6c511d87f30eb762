package dev.weir.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.decision.Policies;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.Threshold;
import dev.weir.models.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopThresholdsTest {

    private static final MadeWith MADE_WITH =
            new MadeWith(Map.of("causal", new MadeWith.Build("1", "aa")), Map.of("stop-rule.prior", 0.02));

    private final List<String> problems = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void leavesTypedThresholdsAlone() {
        assertThat(threshold(read("stop-thresholds.by = typed"), Category.HATE)).isEqualTo(Threshold.constant(0.6));
        assertThat(problems).isEmpty();
    }

    @Test
    void weighsAFalseStopAgainstAMiss() {
        Policy policy = read("stop-thresholds { by = cost, cost { false-stop = 1, miss = 3, severity { hate = 5 } } }")
                .policy();
        assertThat(threshold(policy, Category.HARASSMENT)).isEqualTo(Threshold.constant(0.25));
        assertThat(threshold(policy, Category.HATE)).isEqualTo(Threshold.constant(1.0 / 16));
        assertThat(threshold(policy, Category.PROFANITY)).isEqualTo(Threshold.constant(0.8)); // only flagged
        assertThat(problems).isEmpty();
    }

    @Test
    void refusesCostsThatAreNone() {
        read("stop-thresholds { by = cost, cost { miss = 0, severity { hate = -1, hat = 1 } } }");
        assertThat(problems)
                .containsExactlyInAnyOrder(
                        "weir.policies.p.stop-thresholds.cost.miss: 0.0 (expected: above 0)",
                        "weir.policies.p.stop-thresholds.cost.severity.hate: -1.0 (expected: above 0)",
                        "weir.policies.p.stop-thresholds.cost.severity.hat (expected: a category of the protocol)");
    }

    @Test
    void shiftsTypedThresholdsWhereNothingIsCalibrated() {
        Policy strict = read("stop-thresholds { by = strictness, strictness = strict, calibration = \"\" }")
                .policy();
        // Odds of 0.6 are 1.5.
        assertThat(threshold(strict, Category.HATE).at(0)).isCloseTo(1.5 / (1.5 + Math.E), within(1e-12));
        assertThat(problems).isEmpty();
    }

    @Test
    void takesCalibratedThresholdsByThePositionReached() throws IOException {
        StopThresholds inForce = read(calibrated("by = false-stop-rate, false-stop-rate = 0.01"));
        assertThat(threshold(inForce, Category.HATE).at(10)).isEqualTo(0.9);
        assertThat(threshold(inForce, Category.HATE).at(64)).isEqualTo(0.95);
        assertThat(problems).isEmpty();
    }

    @Test
    void takesTheRiskFromWhichAPromptIsStoppedWhereItIsCalibrated() throws IOException {
        assertThat(read(calibrated("by = false-stop-rate, false-stop-rate = 0.01"))
                        .policy()
                        .prompt()
                        .stopAt())
                .isEqualTo(0.7);
        assertThat(read(calibrated("by = false-stop-rate, false-stop-rate = 0.05") + ", prompt.stop-at = 0.9")
                        .policy()
                        .prompt()
                        .stopAt())
                .isEqualTo(0.9); // too few prompts for that rate
        assertThat(problems).isEmpty();
    }

    @Test
    void refusesATypedRiskBesideTheCalibratedOneOfPrompts() throws IOException {
        read(calibrated("by = false-stop-rate, false-stop-rate = 0.01") + ", prompt.stop-at = 0.9");
        assertThat(problems)
                .containsExactly(
                        "weir.policies.p.prompt.stop-at beside stop-thresholds.by = false-stop-rate, which sets"
                                + " it (expected: one of them)");
    }

    @Test
    void takesTheRateOfAStrictnessWhereItIsCalibrated() throws IOException {
        assertThat(threshold(read(calibrated("by = strictness, strictness = strict")), Category.HATE)
                        .at(0))
                .isEqualTo(0.5);
    }

    @Test
    void keepsATypedThresholdWhereNoneWasCalibratedAndSaysSo() throws IOException {
        StopThresholds inForce = read(calibrated("by = false-stop-rate"));
        assertThat(threshold(inForce, Category.SELF_HARM)).isEqualTo(Threshold.constant(0.6));
        assertThat(inForce.note().orElseThrow())
                .startsWith("weir.policies.p: not calibrated")
                .contains("self_harm")
                .doesNotContain("hate");
    }

    @Test
    void refusesARateThatWasNotCalibratedAndSaysWhy() throws IOException {
        read(calibrated("by = false-stop-rate, false-stop-rate = 0.001"));
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("a false-stop rate of 0.001 (expected: one of [0.05, 0.01]")
                .contains("needs 2995 clean streams to set its level, and there were 400");
    }

    @Test
    void refusesAnUnknownWay() {
        read("stop-thresholds.by = magic");
        assertThat(problems)
                .containsExactly("weir.policies.p.stop-thresholds.by: magic (expected: one of typed, false-stop-rate,"
                        + " cost, strictness)");
    }

    @Test
    void refusesTwoWaysAtOnce() {
        read("stop-thresholds { by = cost, cost.miss = 9, strictness = loose, calibration = x }");
        assertThat(problems)
                .containsExactly(
                        "weir.policies.p.stop-thresholds.strictness beside stop-thresholds.by = cost (expected: one way"
                                + " of setting the thresholds)",
                        "weir.policies.p.stop-thresholds.calibration beside stop-thresholds.by = cost (expected: one"
                                + " way of setting the thresholds)");
    }

    @Test
    void refusesATypedThresholdThatItsWaySets() throws IOException {
        read(calibrated("by = false-stop-rate") + "\ncategories { hate.threshold = 0.3, self_harm.threshold = 0.3 }");
        assertThat(problems)
                .containsExactly("weir.policies.p.categories.hate.threshold beside stop-thresholds.by ="
                        + " false-stop-rate, which sets it (expected: one of them)");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        read("stop-thresholds { by = false-stop-rate, calibration = /none/there.json }");
        assertThat(problems)
                .containsExactly("weir.policies.p.stop-thresholds.calibration: /none/there.json cannot be read"
                        + " (expected: a file made by weir calibrate)");
    }

    @Test
    void refusesABrokenFileInOneLine() throws IOException {
        String whole = Files.readString(artefact());
        for (String broken : List.of(
                "",
                "{",
                "[]",
                "{}",
                whole.replace("\"format\" : 2", "\"format\" : 9"),
                whole.replace("0.95", "1.5"),
                whole.replace("\"hate\"", "\"hat\""),
                whole.replace("[ 64 ]", "[ 64, 32 ]"),
                whole.replace("[ 64 ]", "[ ]"))) {
            problems.clear();
            Path file = Files.writeString(folder.resolve("broken.json"), broken);
            read("stop-thresholds { by = false-stop-rate, calibration = \"" + file + "\" }");
            assertThat(problems).as(broken).singleElement().asString().contains("broken.json is no calibration: ");
        }
    }

    @Test
    void refusesOtherExpertsThanItWasCalibratedWith() throws IOException {
        MadeWith now = new MadeWith(Map.of("causal", new MadeWith.Build("2", "bb")), MADE_WITH.settings());
        read(calibrated("by = false-stop-rate")).check(MADE_WITH, problems);
        assertThat(problems).isEmpty();
        read(calibrated("by = false-stop-rate")).check(now, problems);
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("found version 2, sha256 bb, calibrated with version 1, sha256 aa in ");
    }

    @Test
    void takesOtherExpertsWhenTheOperatorSaysSo() throws IOException {
        MadeWith now = new MadeWith(Map.of(), Map.of());
        read(calibrated("by = false-stop-rate, accept-other-experts = true")).check(now, problems);
        assertThat(problems).isEmpty();
    }

    private String calibrated(String settings) throws IOException {
        return "stop-thresholds { calibration = \"" + artefact() + "\", " + settings + " }";
    }

    private Path artefact() throws IOException {
        Path file = folder.resolve("calibration.json");
        new PolicyArtefact(
                        PolicyArtefact.FORMAT,
                        "p",
                        "2026-11-21",
                        0.05,
                        new PolicyArtefact.Streams(100, 400, 480),
                        List.of(64),
                        MADE_WITH,
                        List.of(budget(0.05, 0.5, 0.6), budget(0.01, 0.9, 0.95)),
                        List.of(new PolicyArtefact.Refused(0.001, 2995)),
                        new PolicyArtefact.Prompts(370, List.of(new PolicyArtefact.PromptLevel(0.01, 370, 0.7))))
                .write(file);
        return file;
    }

    private static PolicyArtefact.Calibrated budget(double alpha, double early, double late) {
        return new PolicyArtefact.Calibrated(
                alpha, 399, 5, 1, Map.of("hate", List.of(early, late), "other", List.of(early, late)));
    }

    private StopThresholds read(String settings) {
        Config fallback = ConfigFactory.load().getConfig("weir.policy-defaults");
        Config policies = ConfigFactory.parseString("p { " + settings + " }").resolve();
        Map<String, Policy> typed = Policies.from(policies, fallback, problems);
        return Objects.requireNonNull(
                StopThresholds.from(policies, fallback, typed, problems).get("p"));
    }

    private static Threshold threshold(StopThresholds inForce, Category category) {
        return threshold(inForce.policy(), category);
    }

    private static Threshold threshold(Policy policy, Category category) {
        return Objects.requireNonNull(policy.rules().get(category)).threshold();
    }
}
