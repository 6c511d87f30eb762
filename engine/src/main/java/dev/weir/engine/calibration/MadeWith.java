package dev.weir.engine.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What running risk is made with, besides the text. Thresholds calibrated with other experts or settings promise nothing.
 *
 * @param experts that may vote, by name
 * @param settings of the stop rule, the cascade and the mixture, by key
 */
public record MadeWith(Map<String, Build> experts, Map<String, Double> settings) {

    /**
     * Which build of an expert.
     *
     * @param sha256 of its model, lower-case hex, of several files with + between; empty for an expert without one
     */
    public record Build(String version, String sha256) {

        /** As an operator would tell two builds apart. */
        private String shown() {
            String files = Arrays.stream(sha256.split("\\+"))
                    .map(hash -> hash.substring(0, Math.min(12, hash.length())))
                    .collect(Collectors.joining("+"));
            return "version " + version + (files.isEmpty() ? "" : ", sha256 " + files);
        }
    }

    public MadeWith {
        experts = new TreeMap<>(experts);
        settings = new TreeMap<>(settings);
    }

    /** How {@code found} differs from this, which was calibrated: one line an expert and setting, none when it does not. */
    List<String> differences(MadeWith found) {
        List<String> differences = new ArrayList<>();
        experts.forEach((name, calibrated) -> {
            Build now = found.experts.get(name);
            if (!calibrated.equals(now)) {
                differences.add("expert " + name + ": found " + (now == null ? "none" : now.shown())
                        + ", calibrated with " + calibrated.shown());
            }
        });
        found.experts.forEach((name, now) -> {
            if (!experts.containsKey(name)) {
                differences.add("expert " + name + ": found " + now.shown() + ", calibrated without it");
            }
        });
        settings.forEach((key, calibrated) -> {
            if (!calibrated.equals(found.settings.get(key))) {
                differences.add(key + ": found " + found.settings.get(key) + ", calibrated with " + calibrated);
            }
        });
        found.settings.forEach((key, now) -> {
            if (!settings.containsKey(key)) {
                differences.add(key + ": found " + now + ", calibrated without it");
            }
        });
        return differences;
    }
}
