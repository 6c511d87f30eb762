package dev.weir.models;

import java.util.List;
import java.util.function.Consumer;

/** Where ONNX models run. */
public enum Device {
    /** CUDA where it can be had, else the CPU, said in one line. */
    AUTO,
    CPU,
    /** Refuses to start where it cannot be had. */
    CUDA;

    /**
     * Settles on a device once, at start.
     *
     * @param say is given the one line that says AUTO uses the CPU, and why
     * @return CPU or CUDA
     */
    public static Device resolve(Device wanted, Consumer<String> say) throws ExpertLoadException {
        if (wanted == CUDA) {
            throw new ExpertLoadException(List.of("device cuda: not probed yet"));
        }
        if (wanted == AUTO) {
            say.accept("device auto: using the CPU");
        }
        return CPU;
    }
}
