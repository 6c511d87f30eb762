package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.stream.TinyNgrams;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** N-gram experts in a running engine, most of the time with no other learned expert beside them. */
class NgramTest {

    private static final String TEXT = "a harmless text of quite a few words, ".repeat(6);

    @TempDir
    private Path experts;

    @TempDir
    private Path folder;

    private Engine start(String names, String more) throws StartException {
        return Engines.start("""
                weir.models.directory = "%s"
                weir.models.experts = [lexicon, %s]
                weir.policy-defaults.requires = [%s]
                %s
                """.formatted(experts, names, names, more));
    }

    private static OpenStream open() {
        return new OpenStream(
                "s",
                null,
                Mode.MONITOR,
                Units.CODEPOINT,
                null,
                "content",
                List.of(new PromptMessage("user", TEXT)),
                Map.of(),
                null);
    }

    private static double promptRisk(StreamRun run) {
        return run.messages(ServerMessage.Opened.class).getFirst().prompt().risk();
    }

    private static double replyRisk(StreamRun run) {
        return ((ServerMessage.Ended) run.terminal()).maxRisk();
    }

    @Test
    void eachVotesOnlyOnTheTextsItReads() throws Exception {
        new TinyNgrams(experts).sure("harsh", "prompt", true).sure("mild", "reply", false);
        try (Engine engine = start("harsh, mild", "")) {
            StreamRun run = StreamRun.of(engine, open(), List.of(TEXT));
            assertThat(replyRisk(run)).isLessThan(0.5);
            assertThat(promptRisk(run)).isGreaterThan(0.5);
        }
    }

    @Test
    void aPolicyThatRequiresItIsAlwaysSatisfied() throws Exception {
        new TinyNgrams(experts).sure("harsh", "prompt", true).sure("mild", "reply", false);
        try (Engine engine = start("harsh, mild", "")) {
            StreamRun run = StreamRun.of(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT), List.of(TEXT));
            assertThat(run.terminal()).isInstanceOf(ServerMessage.Ended.class);
            assertThat(run.messages(ServerMessage.Released.class))
                    .allSatisfy(released -> assertThat(released.unscored()).isFalse());
        }
    }

    @Test
    void theReceiptHasItsLastVote() throws Exception {
        new TinyNgrams(experts).sure("harsh", "reply", true);
        Receipt.ExpertVote vote;
        String url = "jdbc:sqlite:" + folder.resolve("ledger.db");
        try (Engine engine = start("harsh", "weir.ledger.url = \"" + url + "\"")) {
            ServerMessage.Stopped stopped = (ServerMessage.Stopped)
                    StreamRun.of(engine, StreamRun.open(Mode.STREAM, Units.CODEPOINT), List.of(TEXT))
                            .terminal();
            try (LedgerReader reader = Ledgers.settle(engine.ledger())) {
                Receipt receipt =
                        reader.receipt(Tenant.DEFAULT, stopped.receipt()).orElseThrow();
                vote = receipt.votes().getFirst();
            }
        }
        assertThat(vote).isEqualTo(new Receipt.ExpertVote("harsh", "1", vote.weight(), 127.0 / 16));
    }

    @Test
    void everyCutGivesTheSameDecisions() throws Exception {
        new TinyNgrams(experts).undecided("tiny");
        try (Engine engine = start("causal, tiny", "")) {
            for (Mode mode : Mode.values()) {
                List<String> whole = StreamRun.of(engine, StreamRun.open(mode, Units.UTF16), List.of(TEXT))
                        .decisions();
                List<String> cut = StreamRun.of(
                                engine, StreamRun.open(mode, Units.UTF16), List.of(TEXT.split("(?<=e)", -1)))
                        .decisions();
                assertThat(cut).isEqualTo(whole);
            }
        }
    }
}
