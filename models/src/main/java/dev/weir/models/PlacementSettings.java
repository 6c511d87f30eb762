package dev.weir.models;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the sessions of an expert are to run.
 *
 * @param gpus their numbers, one session each; empty for every one there is
 * @param cpuSessions sessions where it is the CPU; at least 1
 */
public record PlacementSettings(
        Device device, List<Integer> gpus, long gpuMemoryLimitBytes, boolean tf32, int cpuSessions) {

    /** More than any machine has: ends the count where a driver answers for every number. */
    private static final int MOST_GPUS = 64;

    private static final Path DRIVER = Path.of("/dev/nvidiactl");

    public PlacementSettings {
        gpus = List.copyOf(gpus);
    }

    /**
     * Settles on the places, once, at start: one for each session of an expert.
     *
     * @param say is given a line for what AUTO does without, and why
     */
    public List<Placement> resolve(Consumer<String> say) throws ExpertLoadException {
        if (device == Device.CPU) {
            return cpu();
        }
        List<Placement> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        missingForCuda().ifPresentOrElse(missing::add, () -> probe(found, missing));
        if (missing.isEmpty()) {
            return found;
        }
        if (device == Device.CUDA) {
            throw new ExpertLoadException(
                    missing.stream().map(reason -> "device cuda: " + reason).toList());
        }
        say.accept("device auto: using " + (found.isEmpty() ? "the CPU" : labels(found)) + ", "
                + String.join("; ", missing));
        return found.isEmpty() ? cpu() : found;
    }

    private List<Placement> cpu() {
        return Collections.nCopies(cpuSessions, Placement.CPU);
    }

    private static List<String> labels(List<Placement> placements) {
        return placements.stream().map(Placement::label).toList();
    }

    /**
     * Cheap signs first: loading the provider unpacks 600 MB and takes seconds, and only it knows whether the CUDA
     * libraries are there.
     */
    private static Optional<String> missingForCuda() {
        if (!Files.exists(DRIVER)) {
            return Optional.of("no NVIDIA driver (no " + DRIVER + ")");
        }
        NativeRuntime.check();
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return Optional.of("no CUDA provider in this build (expected: a build with -Pgpu)");
        }
        return Optional.empty();
    }

    private void probe(List<Placement> found, List<String> missing) {
        if (!gpus.isEmpty()) {
            for (int number : gpus) {
                Placement.Gpu gpu = gpu(number);
                reasonAgainst(gpu).ifPresentOrElse(missing::add, () -> found.add(gpu));
            }
            return;
        }
        for (int number = 0; number < MOST_GPUS; number++) {
            Placement.Gpu gpu = gpu(number);
            Optional<String> reason = reasonAgainst(gpu);
            if (reason.isPresent()) {
                if (found.isEmpty()) {
                    missing.add(reason.get());
                }
                return;
            }
            found.add(gpu);
        }
    }

    private Placement.Gpu gpu(int number) {
        return new Placement.Gpu(number, gpuMemoryLimitBytes, tf32);
    }

    private static Optional<String> reasonAgainst(Placement.Gpu gpu) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            OnnxModel.use(gpu, options);
            return Optional.empty();
        } catch (OrtException e) {
            String reason = String.valueOf(e.getMessage());
            return Optional.of(gpu.label() + " does not load: "
                    + reason.lines().findFirst().orElse(reason));
        }
    }
}
