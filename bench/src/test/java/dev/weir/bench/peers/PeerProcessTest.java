package dev.weir.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerProcessTest {

    @TempDir
    private Path folder;

    private PeerProcess start(String script) throws Exception {
        return PeerProcess.start(
                List.of("/bin/sh", "-c", script), Map.of(), folder, folder.resolve("log"), HttpClient.newHttpClient());
    }

    @Test
    void isReadyWhenItsOutputSaysSo() throws Exception {
        try (PeerProcess server = start("echo hello; echo ready 4711; exec sleep 60")) {
            assertThat(server.port()).isEqualTo(4711);
        }
    }

    @Test
    void saysWhereToLookWhenTheCommandEnds() {
        assertThatThrownBy(() -> start("echo no"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("see " + folder);
    }
}
