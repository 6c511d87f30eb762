package dev.weir.engine.batching;

import com.typesafe.config.Config;
import dev.weir.models.Placement;
import java.util.List;

/** Bounds of one run by what it runs on: on a CPU a token costs the same in any company, on a GPU the run costs. */
public record BatchingProfiles(BatchingSettings cpu, BatchingSettings cuda) {

    public static BatchingProfiles from(Config config, List<String> problems) {
        for (String key : List.of("max-batch-size", "max-padded-tokens")) {
            if (config.hasPath(key)) {
                problems.add("weir.batching." + key + ": "
                        + config.getValue(key).unwrapped()
                        + " (expected: weir.batching.cpu." + key + " for runs on the CPU, weir.batching.cuda." + key
                        + " for those on a GPU)");
            }
        }
        return new BatchingProfiles(
                BatchingSettings.from(config.getConfig("cpu"), "weir.batching.cpu", problems),
                BatchingSettings.from(config.getConfig("cuda"), "weir.batching.cuda", problems));
    }

    public BatchingSettings of(Placement placement) {
        return switch (placement) {
            case Placement.Cpu onCpu -> cpu;
            case Placement.Gpu onGpu -> cuda;
        };
    }
}
