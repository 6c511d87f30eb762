package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class PlacementSettingsTest {

    private static PlacementSettings settings(Device device) {
        return new PlacementSettings(device, List.of(), 0, false, 2);
    }

    private static void assumeNoGpu() {
        Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is an NVIDIA driver");
    }

    @Test
    void saysInOneLineThatAutoUsesTheCpuWithoutAGpu() throws Exception {
        assumeNoGpu();
        List<String> said = new ArrayList<>();
        assertThat(settings(Device.AUTO).resolve(said::add)).containsExactly(Placement.CPU, Placement.CPU);
        assertThat(said).containsExactly("device auto: using the CPU, no NVIDIA driver (no /dev/nvidiactl)");
    }

    @Test
    void refusesCudaWithoutAGpuAndSaysWhatIsMissing() {
        assumeNoGpu();
        assertThatThrownBy(() -> settings(Device.CUDA).resolve(line -> {}))
                .isInstanceOf(ExpertLoadException.class)
                .hasMessage("device cuda: no NVIDIA driver (no /dev/nvidiactl)");
    }

    @Test
    void placesAsManySessionsOnTheCpuAsAreAskedForAndSaysNothing() throws Exception {
        List<String> said = new ArrayList<>();
        assertThat(settings(Device.CPU).resolve(said::add)).containsExactly(Placement.CPU, Placement.CPU);
        assertThat(said).isEmpty();
    }
}
