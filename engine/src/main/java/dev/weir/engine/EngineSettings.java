package dev.weir.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import dev.weir.engine.adaptation.AdaptationSettings;
import dev.weir.engine.batching.BatchingProfiles;
import dev.weir.engine.calibration.MadeWith;
import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.decision.Policies;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.decision.StopRuleSettings;
import dev.weir.engine.ensemble.BreakerSettings;
import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ledger.LedgerSettings;
import dev.weir.engine.overload.OverloadSettings;
import dev.weir.engine.stream.StreamSettings;
import dev.weir.engine.telemetry.LogFormat;
import dev.weir.engine.telemetry.SpanSettings;
import dev.weir.engine.trace.Definitions;
import dev.weir.engine.trace.TraceSettings;
import dev.weir.engine.warmup.WarmUpSettings;
import dev.weir.models.Device;
import dev.weir.models.Expert;
import dev.weir.models.LexiconExpert;
import dev.weir.models.NgramExpert;
import dev.weir.models.PlacementSettings;
import dev.weir.models.Role;
import dev.weir.models.StreamingExpert;
import dev.weir.models.WindowedExpert;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Everything the engine reads from its configuration, checked together.
 *
 * @param models directory of expert folders
 * @param experts names of those to use; all must be there
 * @param cpuStandsIn whether an expert whose GPU sessions all broke runs on the CPU until one is back
 * @param keepingText names of the policies whose streams' texts the ledger is to have
 * @param thresholds policies with the stop thresholds in force, by name
 */
record EngineSettings(
        Path models,
        List<String> experts,
        PlacementSettings placement,
        boolean cpuStandsIn,
        StreamSettings stream,
        BatchingProfiles batching,
        CascadeSettings cascade,
        BreakerSettings breaker,
        OverloadSettings overload,
        LedgerSettings ledger,
        TraceSettings traces,
        Set<String> keepingText,
        Weights weights,
        AdaptationSettings adaptation,
        SpanSettings spans,
        LogFormat logFormat,
        WarmUpSettings warmUp,
        String defaultPolicy,
        Map<String, StopThresholds> thresholds) {

    /** @throws StartException with every problem at once */
    static EngineSettings from(Config root) throws StartException {
        List<String> problems = new ArrayList<>();
        try {
            Config weir = root.getConfig("weir");
            EngineSettings settings = new EngineSettings(
                    Path.of(weir.getString("models.directory")),
                    weir.getStringList("models.experts"),
                    placement(weir.getConfig("models"), problems),
                    cpuStandsIn(weir.getString("models.when-gpus-fail"), problems),
                    StreamSettings.from(weir.getConfig("stream"), problems),
                    BatchingProfiles.from(weir.getConfig("batching"), problems),
                    CascadeSettings.from(weir.getConfig("cascade"), problems),
                    BreakerSettings.from(weir.getConfig("breaker"), problems),
                    OverloadSettings.from(weir.getConfig("overload"), problems),
                    LedgerSettings.from(weir.getConfig("ledger"), problems),
                    TraceSettings.from(weir.getConfig("ledger"), problems),
                    keepingText(weir.getConfig("policies"), weir.getConfig("policy-defaults")),
                    weights(weir.getConfig("ensemble.weights"), problems),
                    AdaptationSettings.from(weir.getConfig("learning"), problems),
                    SpanSettings.from(weir.getConfig("telemetry.traces"), problems),
                    LogFormat.from(weir.getConfig("logging"), problems),
                    WarmUpSettings.from(weir.getConfig("warm-up"), problems),
                    weir.getString("default-policy"),
                    policies(weir.getConfig("policies"), weir.getConfig("policy-defaults"), problems));
            settings.checkNames(problems);
            if (problems.isEmpty()) {
                return settings;
            }
        } catch (ConfigException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        throw StartException.wrongSettings(problems);
    }

    /** Names of the experts that some policy requires. */
    Set<String> required() {
        return policies().values().stream()
                .flatMap(policy -> policy.requires().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Of the default policy. */
    StopRuleSettings stopRule() {
        return Objects.requireNonNull(policies().get(defaultPolicy)).stopRule();
    }

    /** Those in force, by name. */
    Map<String, Policy> policies() {
        Map<String, Policy> policies = new LinkedHashMap<>();
        thresholds.forEach((name, inForce) -> policies.put(name, inForce.policy()));
        return policies;
    }

    /** What a policy's running risk is made with when these experts vote. */
    MadeWith madeWith(Policy policy, List<Expert> voting) {
        Map<String, MadeWith.Build> builds = new LinkedHashMap<>();
        Map<String, Double> values = new LinkedHashMap<>();
        for (Expert expert : voting) {
            builds.put(expert.name(), new MadeWith.Build(expert.version(), sha256(expert)));
            if (!(expert instanceof LexiconExpert)) {
                values.put("weights." + expert.name(), weights.byExpert().getOrDefault(expert.name(), Weights.DEFAULT));
            }
        }
        StopRuleSettings rule = policy.stopRule();
        values.put("stop-rule.fast-half-life-tokens", rule.fastHalfLifeTokens());
        values.put("stop-rule.slow-half-life-tokens", rule.slowHalfLifeTokens());
        values.put("stop-rule.slow-shift", rule.slowShift());
        values.put("stop-rule.rule-half-life-tokens", rule.ruleHalfLifeTokens());
        values.put("stop-rule.prior", rule.prior());
        values.put("prompt.carry", policy.prompt().carry());
        values.put("cascade.from-risk", cascade.fromRisk());
        values.put("cascade.to-risk", cascade.toRisk());
        values.put("cascade.share", cascade.share());
        return new MadeWith(builds, values);
    }

    /** Tells apart what weights are learned on top of: experts, policies and configured weights. */
    String basis(List<Expert> voting) {
        StringBuilder all = new StringBuilder();
        policies()
                .values()
                .forEach(policy -> all.append(Definitions.of(policy).json()).append(madeWith(policy, voting)));
        return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** The experts that vote on replies, and what each weighs; what is learned is learned from replies. */
    Map<String, Double> weighed(List<Expert> voting) {
        Map<String, Double> weighed = new LinkedHashMap<>();
        voting.stream()
                .filter(expert -> expert.reads(Role.REPLY) && !(expert instanceof LexiconExpert))
                .forEach(expert ->
                        weighed.put(expert.name(), weights.byExpert().getOrDefault(expert.name(), Weights.DEFAULT)));
        return weighed;
    }

    /** Of what was trained; empty for rules, which only their version tells apart. */
    private static String sha256(Expert expert) {
        return switch (expert) {
            case StreamingExpert streaming -> streaming.manifest().sha256();
            case WindowedExpert windowed ->
                windowed.manifest().sha256() + "+" + windowed.manifest().headSha256();
            case NgramExpert ngram -> ngram.manifest().sha256();
            case LexiconExpert lexicon -> "";
        };
    }

    private static Map<String, StopThresholds> policies(Config config, Config fallback, List<String> problems) {
        return StopThresholds.from(config, fallback, Policies.from(config, fallback, problems), problems);
    }

    /** Not of a policy itself, which says what is decided: this says what is kept. */
    private static Set<String> keepingText(Config policies, Config fallback) {
        return policies.root().entrySet().stream()
                .filter(policy -> policy.getValue() instanceof ConfigObject settings
                        && settings.toConfig().withFallback(fallback).getBoolean("keep-text"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    private void checkNames(List<String> problems) {
        if (!thresholds.containsKey(defaultPolicy)) {
            problems.add("weir.default-policy: " + defaultPolicy + " (expected: one of weir.policies, "
                    + thresholds.keySet() + ")");
        }
        policies()
                .forEach((name, policy) -> policy.requires().stream()
                        .filter(expert -> !experts.contains(expert))
                        .forEach(expert -> problems.add("weir.policies." + name + ".requires: " + expert
                                + " (expected: one of weir.models.experts, " + experts + ")")));
    }

    private static PlacementSettings placement(Config models, List<String> problems) {
        PlacementSettings settings = new PlacementSettings(
                device(models.getString("device"), problems),
                gpus(models, problems),
                models.getBytes("gpu-memory-limit"),
                models.getBoolean("gpu-tf32"),
                models.getInt("cpu-sessions"));
        if (settings.cpuSessions() < 1) {
            problems.add("weir.models.cpu-sessions: " + settings.cpuSessions() + " (expected: >= 1)");
        }
        return settings;
    }

    /** Their numbers; empty for every one there is. */
    private static List<Integer> gpus(Config models, List<String> problems) {
        Object written = models.getValue("gpus").unwrapped();
        if (written.equals("auto")) {
            return List.of();
        }
        try {
            List<Integer> numbers = models.getIntList("gpus");
            if (!numbers.isEmpty() && numbers.stream().allMatch(number -> number >= 0)) {
                return numbers;
            }
        } catch (ConfigException e) {
            // said below, like numbers that are none
        }
        problems.add("weir.models.gpus: " + written + " (expected: auto, or numbers of GPUs such as [0, 1])");
        return List.of();
    }

    private static boolean cpuStandsIn(String whenGpusFail, List<String> problems) {
        return switch (whenGpusFail) {
            case "cpu" -> true;
            case "asleep" -> false;
            default -> {
                problems.add("weir.models.when-gpus-fail: " + whenGpusFail + " (expected: cpu or asleep)");
                yield false;
            }
        };
    }

    private static Device device(String name, List<String> problems) {
        for (Device device : Device.values()) {
            if (device.name().toLowerCase(Locale.ROOT).equals(name)) {
                return device;
            }
        }
        problems.add("weir.models.device: " + name + " (expected: auto, cpu or cuda)");
        return Device.CPU;
    }

    private static Weights weights(Config config, List<String> problems) {
        Map<String, Double> byExpert = new LinkedHashMap<>();
        for (String expert : config.root().keySet()) {
            double weight = config.getDouble(expert);
            if (!(weight >= 0)) {
                problems.add("weir.ensemble.weights." + expert + ": " + weight + " (expected: at least 0)");
            }
            byExpert.put(expert, weight);
        }
        return new Weights(1, byExpert);
    }
}
