package dev.weir.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {

    @TempDir
    private Path folder;

    private ServerProcess start(String script) throws Exception {
        return ServerProcess.start(
                List.of("/bin/sh", "-c", script),
                Map.of(),
                folder,
                Pattern.compile("^ready (\\d+)\n", Pattern.MULTILINE),
                folder.resolve("log"));
    }

    @Test
    void addsUserAndSystemTimeOfAProcessWhateverItsName() {
        String stat = "42 (a (b) c) S 1 1 1 0 -1 0 0 0 0 0 120 30 7 8 20 0 9 0 0 0";
        assertThat(ServerProcess.processorMillis(stat)).isEqualTo(1500);
    }

    @Test
    void isReadyWhenItsOutputSaysSo() throws Exception {
        try (ServerProcess server = start("echo hello; echo ready 4711; exec sleep 60")) {
            assertThat(server.port(1)).isEqualTo(4711);
        }
    }

    @Test
    void saysWhereToLookWhenTheCommandEnds() {
        assertThatThrownBy(() -> start("echo no"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("see " + folder);
    }
}
