package dev.weir.models;

/** What ONNX models run on. */
public enum Device {
    /** CUDA where it can be had, else the CPU, said in one line. */
    AUTO,
    CPU,
    /** Refuses to start where it cannot be had. */
    CUDA
}
