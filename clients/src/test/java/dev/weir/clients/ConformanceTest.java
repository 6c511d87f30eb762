package dev.weir.clients;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every client says and shows what the transcripts say it must. */
class ConformanceTest {

    static Stream<Arguments> replays() {
        Path folder = Path.of(System.getProperty("weir.repository"), "clients", "conformance");
        return Stream.of(ClientKind.values())
                .filter(kind ->
                        System.getProperty("only") == null || kind.name().matches(System.getProperty("only")))
                .flatMap(kind -> Transcript.in(folder).stream()
                        .filter(transcript -> transcript.isFor(kind))
                        .map(transcript -> Arguments.of(kind, transcript)));
    }

    @ParameterizedTest
    @MethodSource("replays")
    void playsItsPartInEveryTranscript(ClientKind kind, Transcript transcript) throws Exception {
        try (Replay replay = new Replay(kind)) {
            replay.play(transcript);
        }
    }
}
