package dev.weir.engine.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SseReaderTest {

    /** What a reader heard: the data of events, and "" for comments. */
    private static final class Heard implements SseReader.Sink {
        final List<String> events = new ArrayList<>();
        int comments;

        @Override
        public void event(String data) {
            events.add(data);
        }

        @Override
        public void comment() {
            comments++;
        }
    }

    private static Heard read(List<byte[]> pieces) {
        SseReader reader = new SseReader(1 << 20);
        Heard heard = new Heard();
        try {
            for (byte[] piece : pieces) {
                reader.append(Unpooled.wrappedBuffer(piece), heard);
            }
            reader.end(heard);
        } catch (SseReader.TooLongException e) {
            throw new AssertionError(e);
        }
        return heard;
    }

    private static List<String> events(String text) {
        return read(List.of(text.getBytes(StandardCharsets.UTF_8))).events;
    }

    @Test
    void readsEventsWhateverEndsTheirLines() {
        assertThat(events("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata:d\n\n")).containsExactly("a", "b", "c", "d");
        for (String end : List.of("\n", "\r\n", "\r")) {
            assertThat(events("data: a" + end + "data: b" + end + end)).containsExactly("a\nb");
        }
    }

    @Test
    void joinsTheDataOfOneEventAndPassesOverWhatIsNoData() {
        assertThat(events("\uFEFFid: 7\nevent: x\ndata: a\ndata\ndata:  b\nretry: 1\n\n: alive\n\n\ndata: c\n\n"))
                .containsExactly("a\n\n b", "c");
        assertThat(read(List.of(": alive\n\n:\n".getBytes(StandardCharsets.UTF_8))).comments)
                .isEqualTo(2);
    }

    @Test
    void readsAnEventThatIsNotEndedByAnEmptyLine() {
        assertThat(events("data: a\n\ndata: [DONE]")).containsExactly("a", "[DONE]");
    }

    @Test
    void refusesALineAndAnEventThatAreTooLong() {
        for (String endless : List.of("data: " + "x".repeat(100), "x".repeat(100), "data: 0123456789\n".repeat(10))) {
            assertThatExceptionOfType(SseReader.TooLongException.class)
                    .isThrownBy(() -> new SseReader(64)
                            .append(Unpooled.copiedBuffer(endless, StandardCharsets.UTF_8), new Heard()));
        }
    }

    /** 20,000 texts made of what events are made of, and of any bytes between, cut anywhere. */
    @Property(tries = 20_000)
    void howTheBytesAreCutShowsNowhere(@ForAll("streams") byte[] bytes, @ForAll("cuts") List<Integer> cuts) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        for (int length : cuts) {
            int to = Math.min(bytes.length, from + length);
            pieces.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
        Heard whole = read(List.of(bytes));
        Heard cut = read(pieces);
        assertThat(cut.events).isEqualTo(whole.events);
        assertThat(cut.comments).isEqualTo(whole.comments);
    }

    @Provide
    Arbitrary<byte[]> streams() {
        Arbitrary<byte[]> known = Arbitraries.of(
                        "data: {\"choices\":[{\"delta\":{\"content\":\"é😀\"}}]}",
                        "data:",
                        "data",
                        "\n",
                        "\r",
                        "\r\n",
                        "\n\n",
                        ": x",
                        "event: y",
                        "[DONE]",
                        "\uFEFF",
                        " ")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofMaxSize(6);
        return Arbitraries.oneOf(known, any).list().ofMaxSize(40).map(pieces -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            pieces.forEach(all::writeBytes);
            return all.toByteArray();
        });
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(0, 20).list().ofMaxSize(60);
    }
}
