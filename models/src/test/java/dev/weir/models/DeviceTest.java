package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class DeviceTest {
    @Test
    void saysInOneLineThatAutoUsesTheCpuWithoutAGpu() throws Exception {
        Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidiactl")));
        List<String> said = new ArrayList<>();
        assertThat(Device.resolve(Device.AUTO, said::add)).isEqualTo(Device.CPU);
        assertThat(said).containsExactly("device auto: using the CPU, no NVIDIA driver (no /dev/nvidiactl)");
    }

    @Test
    void refusesCudaWithoutAGpuAndSaysWhatIsMissing() {
        Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidiactl")));
        assertThatThrownBy(() -> Device.resolve(Device.CUDA, line -> {}))
                .isInstanceOf(ExpertLoadException.class)
                .hasMessage("device cuda: no NVIDIA driver (no /dev/nvidiactl)");
    }
}
