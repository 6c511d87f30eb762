package dev.weir.clients;

import dev.weir.engine.Server;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes the transcripts {@code conformance/recorded-*.jsonl} anew, from a server with the shipped models. Not among what
 * {@code ops/test} runs; {@code ops/test -pl clients -am -Dtest=Recordings -Dsurefire.failIfNoSpecifiedTests=false} does.
 */
class Recordings {

    private static final List<Recorder.Scene> SCENES = List.of(
            new Recorder.Scene(
                    "harmless",
                    "A harmless reply, as a server released it",
                    "gate",
                    "What is a weir?",
                    words(
                            "A weir is a low wall 🧱 across a river 漢. It keeps the water 𝒳 in hand, and boats 😀 go round it. é"),
                    -1),
            new Recorder.Scene(
                    "redacted",
                    "A card number among characters of every width, as a server redacted it",
                    "gate",
                    null,
                    words(
                            "Sure 😀 the card 𝒳 is 4111 1111 1111 1111, as you 漢 asked é. The other is 5500 0000 0000 0004."),
                    -1),
            new Recorder.Scene(
                    "stopped",
                    "A reply that a server stopped",
                    "gate",
                    null,
                    words(
                            "😀 Well. You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of "
                                    + "trash. Everyone laughs at you, you disgusting moron. I will find you and I will kill you."),
                    -1),
            new Recorder.Scene(
                    "stream-mode",
                    "The same in stream mode, where the reader saw it",
                    "stream",
                    null,
                    words(
                            "😀 Well. You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of "
                                    + "trash. Everyone laughs at you, you disgusting moron. I will find you and I will kill you."),
                    -1),
            new Recorder.Scene(
                    "resumed",
                    "A reply whose connection was lost, as a server resumed it",
                    "gate",
                    null,
                    words("Sure 😀 the card is 4111 1111 1111 1111, as you 漢 asked. It is a card like any other, and "
                            + "there is nothing more to say about it 😀."),
                    14));

    private static List<String> words(String text) {
        return List.of(text.split("(?<= )"));
    }

    @Test
    void areWrittenAnew(@TempDir Path ledger) throws Exception {
        Path folder = Path.of(System.getProperty("weir.repository"), "clients", "conformance");
        try (Server server = LiveServer.start(ledger.resolve("ledger.db"))) {
            URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream");
            for (Recorder.Scene scene : SCENES) {
                Files.write(folder.resolve("recorded-" + scene.name() + ".jsonl"), Recorder.record(uri, scene));
            }
        }
    }
}
