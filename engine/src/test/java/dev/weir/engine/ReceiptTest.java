package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptTest {

    private static final String TEXT = "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic "
            + "piece of trash. Everyone laughs at you, you disgusting moron. Go away and never come back, loser.";

    @TempDir
    private Path folder;

    @Test
    void theReceiptOfAStopSaysWhoVotedWhatWithWhichWeightAndHoldsNoText() throws Exception {
        Path file = folder.resolve("ledger.jsonl");
        ServerMessage.Stopped stopped;
        try (Engine engine = Engines.start("weir.ledger.file = \"" + file + "\"")) {
            stopped = (ServerMessage.Stopped)
                    StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of(TEXT))
                            .terminal();
        }
        String ledger = Files.readString(file);
        JsonNode receipt = new ObjectMapper()
                .readTree(ledger.lines()
                        .filter(line -> line.contains(stopped.receipt()))
                        .findFirst()
                        .orElseThrow())
                .at("/entry/receipt");
        assertThat(receipt.get("kind").asText()).isEqualTo("stop");
        assertThat(receipt.get("at").asInt()).isEqualTo(stopped.at());
        assertThat(receipt.get("exposure").asInt()).isEqualTo(stopped.exposure());
        assertThat(receipt.get("policy").asText()).isEqualTo("default@1");
        JsonNode causal = receipt.get("votes").get(0);
        assertThat(causal.get("expert").asText()).isEqualTo("causal");
        assertThat(causal.get("logOdds").asDouble() * 16)
                .as("a vote in sixteenths of log-odds")
                .isEqualTo(Math.rint(causal.get("logOdds").asDouble() * 16));
        assertThat(ledger).doesNotContain("worthless", "idiot", "pathetic");
    }
}
