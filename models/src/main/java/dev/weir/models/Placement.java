package dev.weir.models;

/** Where one native session runs. */
public sealed interface Placement {

    Placement CPU = new Cpu();

    /** As a metric and a log line name it: cpu, or cuda:0. */
    String label();

    Device device();

    /** One thread of the CPU. */
    record Cpu() implements Placement {
        @Override
        public String label() {
            return "cpu";
        }

        @Override
        public Device device() {
            return Device.CPU;
        }
    }

    /**
     * One GPU.
     *
     * @param number as CUDA counts those it can see
     * @param memoryLimitBytes most that one model's arena may take of its memory; 0 for all of it. A run that needs more
     *     fails
     * @param tf32 products in TensorFloat-32, which keeps 10 bits of each factor's 23
     */
    record Gpu(int number, long memoryLimitBytes, boolean tf32) implements Placement {
        @Override
        public String label() {
            return "cuda:" + number;
        }

        @Override
        public Device device() {
            return Device.CUDA;
        }
    }

    /** The CPU, or the first GPU with nothing limited; AUTO is taken as the CPU. */
    static Placement of(Device device) {
        return device == Device.CUDA ? new Gpu(0, 0, false) : CPU;
    }
}
