package dev.weir.models;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Where ONNX models run. */
public enum Device {
    /** CUDA where it can be had, else the CPU, said in one line. */
    AUTO,
    CPU,
    /** Refuses to start where it cannot be had. */
    CUDA;

    /**
     * Settles on a device, once, at start.
     *
     * @param say is given the one line that says AUTO uses the CPU, and why
     * @return CPU or CUDA
     */
    public static Device resolve(Device wanted, Consumer<String> say) throws ExpertLoadException {
        if (wanted == CPU) {
            return CPU;
        }
        Optional<String> missing = missingForCuda();
        if (missing.isEmpty()) {
            return CUDA;
        }
        if (wanted == CUDA) {
            throw new ExpertLoadException(List.of("device cuda: " + missing.get()));
        }
        say.accept("device auto: using the CPU, " + missing.get());
        return CPU;
    }

    /**
     * Cheap signs first: loading the provider unpacks 600 MB and takes seconds, and only it knows whether the CUDA
     * libraries are there.
     */
    private static Optional<String> missingForCuda() {
        if (!Files.exists(Path.of("/dev/nvidiactl"))) {
            return Optional.of("no NVIDIA driver (no /dev/nvidiactl)");
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return Optional.of("no CUDA provider in this build (expected: a build with -Pgpu)");
        }
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.addCUDA(0);
            return Optional.empty();
        } catch (OrtException e) {
            String reason = String.valueOf(e.getMessage());
            return Optional.of("the CUDA provider does not load: "
                    + reason.lines().findFirst().orElse(reason));
        }
    }
}
