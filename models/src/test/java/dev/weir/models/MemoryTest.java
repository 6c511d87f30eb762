package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();

    private static final Path STATUS = Path.of("/proc/self/status");

    private static long residentKilobytes() throws IOException {
        Assumptions.assumeTrue(Files.exists(STATUS));
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmRSS");
    }

    private interface Step {
        void run() throws Exception;
    }

    private static long grownMegabytes(Step step) throws Exception {
        for (int i = 0; i < 10; i++) {
            step.run();
        }
        long before = residentKilobytes();
        for (int i = 0; i < 30; i++) {
            step.run();
        }
        return (residentKilobytes() - before) >> 10;
    }

    /** 10 MB of model and 8 MB of states each: were they kept, 30 of them would be 540. */
    @Test
    void keepsNothingOfAClosedSession() throws Exception {
        StreamingExpert expert = StreamingSessionTest.causal();
        assertThat(grownMegabytes(() -> {
                    try (StreamingSession session = StreamingSession.open(expert, Device.CPU, 512)) {
                        StateArena.Slot slot = session.states().acquire().orElseThrow();
                        session.score(List.of(new TokenRow(slot, new int[] {3}, 1, false)));
                    }
                }))
                .isLessThan(150);
    }

    /** 10 MB of model each. */
    @Test
    void keepsNothingOfASessionThatDidNotOpen() throws Exception {
        StreamingExpert expert = StreamingSessionTest.causal();
        ExpertManifest.Streaming m = expert.manifest();
        StreamingExpert wrong = new StreamingExpert(
                new ExpertManifest.Streaming(
                        m.name(),
                        m.version(),
                        m.categories(),
                        m.languages(),
                        m.model(),
                        m.sha256(),
                        m.vocabulary(),
                        m.tensors(),
                        m.stateFloats() + 1,
                        m.replyStart(),
                        m.promptStart(),
                        m.maxBatch(),
                        m.maxTokens(),
                        m.calibration(),
                        m.kernel(),
                        m.licence()),
                expert.folder(),
                expert.tokenizer());
        assertThat(grownMegabytes(() -> assertThatThrownBy(() -> StreamingSession.open(wrong, Device.CPU, 512))
                        .isInstanceOf(ExpertLoadException.class)))
                .isLessThan(150);
    }

    /** What a run leaves is the votes of its rows, 17 bytes a token and what an array is headed by. */
    @Test
    void takesNoMemoryForARunButItsVotes() throws Exception {
        try (StreamingSession session = StreamingSession.open(StreamingSessionTest.causal(), Device.CPU, 16)) {
            List<TokenRow> rows = java.util.stream.IntStream.range(0, 16)
                    .mapToObj(i ->
                            new TokenRow(session.states().acquire().orElseThrow(), new int[] {5, 6, 7}, 3, i % 2 == 0))
                    .toList();
            for (int i = 0; i < 300; i++) {
                session.score(rows);
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 300; i++) {
                session.score(rows);
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(300 * 16 * 100);
        }
    }

    @Test
    void takesNoMemoryForALongText() {
        Lexicon.Cursor lexicon = LexiconTest.LEXICON.newCursor();
        WordPiece.Cursor tokens = WordPieceTest.TOKENIZER.newCursor();
        String text = "In 2024 the 4 authors wrote to someone about De Vries, 37 books and well-known words. ";
        for (int i = 0; i < 200; i++) {
            read(text, lexicon, tokens);
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            read(text, lexicon, tokens);
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 10);
    }

    private static void read(String text, Lexicon.Cursor lexicon, WordPiece.Cursor tokens) {
        for (int i = 0; i < text.length(); i++) {
            lexicon.append(text.charAt(i), match -> {});
            tokens.append(text.charAt(i), (id, start, end, hash) -> {});
        }
    }
}
