package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of a port before its server is ready, which takes seconds. */
class ServerPortsTest {

    private static final String NO_MODELS = "weir.models.experts = [lexicon, causal, nobody]\n";

    private static ServerSocket take(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    private static Config withoutModels(String block, int port) {
        return Engines.config(NO_MODELS + "weir." + block + ".port = " + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "admin"})
    void saysThatAPortIsInUseBeforeItLoadsAnything(String block) throws IOException {
        try (ServerSocket taken = take(0)) {
            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> Server.start(withoutModels(block, taken.getLocalPort()), line -> {}))
                    .satisfies(failure -> assertThat(failure.problems())
                            .singleElement()
                            .asString()
                            .contains("is in use by another process", "weir." + block + ".port"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "admin"})
    void letsGoOfItsPortsWhenItCannotStart(String block) throws IOException {
        int port;
        try (ServerSocket free = take(0)) {
            port = free.getLocalPort();
        }
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> Server.start(withoutModels(block, port), line -> {}))
                .withMessageContaining("nobody");
        take(port).close();
    }

    /** The connections of the warm-up and of the doctor, by which a server examines itself, are none of the clients'. */
    @Test
    void examinesItselfThoughItIsForOneConnectionWithOneStream() throws StartException {
        Server.start(Engines.config("""
                        weir.models.experts = [lexicon, ngram, causal]
                        weir.gateway.max-connections = 1
                        weir.gateway.max-streams-per-connection = 1
                        weir.gateway.max-stream-names-per-connection = 1
                        weir.doctor.at-start = require
                        """), line -> {}).close();
    }
}
