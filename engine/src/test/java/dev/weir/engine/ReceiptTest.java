package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.stream.StreamSession;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
        String url = "jdbc:sqlite:" + folder.resolve("ledger.db");
        ServerMessage.Stopped stopped;
        Receipt receipt;
        List<String> written = new ArrayList<>();
        try (Engine engine = Engines.start("weir.ledger.url = \"" + url + "\"")) {
            stopped = (ServerMessage.Stopped)
                    StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of(TEXT))
                            .terminal();
            try (LedgerReader reader = Ledgers.settle(engine.ledger())) {
                receipt = reader.receipt(Tenant.DEFAULT, stopped.receipt()).orElseThrow();
                reader.entries(0, (sequence, entry) -> written.add(entry.body()));
                assertThat(reader.text(receipt.streamUid())).isEmpty();
            }
        }
        assertThat(receipt.kind()).isEqualTo("stop");
        assertThat(receipt.at()).isEqualTo(stopped.at());
        assertThat(receipt.exposure()).isEqualTo(stopped.exposure());
        assertThat(receipt.policy()).isEqualTo("default@1");
        Receipt.ExpertVote causal = receipt.votes().getFirst();
        assertThat(causal.expert()).isEqualTo("causal");
        assertThat(causal.logOdds() * 16)
                .as("a vote in sixteenths of log-odds")
                .isEqualTo(Math.rint(causal.logOdds() * 16));
        assertThat(written).noneMatch(body -> body.contains("worthless") || body.contains("idiot"));
    }

    @Test
    void everyStreamLeavesARecordHoweverItEnds() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("ledger.db");
        List<StreamRecord> streams = new ArrayList<>();
        try (Engine engine = Engines.start("weir.ledger.url = \"" + url + "\"")) {
            StreamRun.of(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of("A calm text."))
                    .terminal();
            StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of(TEXT))
                    .terminal();
            StreamRun.start(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT))
                    .tell(new StreamSession.Cancel())
                    .terminal();
            StreamRun.start(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT))
                    .tell(new StreamSession.End(7))
                    .terminal();
            StreamRun.start(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT)).tell(new StreamSession.Abandon());
            engine.drain(Duration.ofSeconds(20));
            try (LedgerReader reader = Ledgers.settle(engine.ledger())) {
                reader.streams(0, (sequence, stream) -> streams.add(stream));
                for (StreamRecord stream : streams) {
                    assertThat(reader.receiptsOf(stream.uid()))
                            .extracting(Receipt::id)
                            .containsExactlyElementsOf(stream.receipts());
                }
            }
        }
        assertThat(streams)
                .extracting(StreamRecord::outcome)
                .containsExactlyInAnyOrder("pass", "stopped", "cancelled", "gap", "abandoned");
    }

    @Test
    void theTextIsKeptWhereThePolicySaysSo() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("ledger.db");
        try (Engine engine =
                Engines.start("weir.ledger.url = \"" + url + "\", weir.policies.default.keep-text = true")) {
            StreamRun.of(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of("A calm", " text."))
                    .terminal();
            engine.drain(Duration.ofSeconds(20));
            try (LedgerReader reader = Ledgers.settle(engine.ledger())) {
                List<String> texts = new ArrayList<>();
                reader.streams(
                        0,
                        (sequence, stream) ->
                                texts.add(reader.text(stream.uid()).orElseThrow()));
                assertThat(texts).containsExactly("A calm text.");
            }
        }
    }
}
