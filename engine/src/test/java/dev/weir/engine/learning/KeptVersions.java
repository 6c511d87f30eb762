package dev.weir.engine.learning;

import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ensemble.WeightsVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A history for as long as the test lasts. */
final class KeptVersions implements WeightsHistory {

    private final List<WeightsVersion> versions = new ArrayList<>();

    KeptVersions(Map<String, Double> configured) {
        versions.add(WeightsVersion.configured(new Weights(1, configured), "test"));
    }

    @Override
    public void append(WeightsVersion version) {
        versions.add(version);
    }

    @Override
    public List<WeightsVersion> versions() {
        return List.copyOf(versions);
    }
}
