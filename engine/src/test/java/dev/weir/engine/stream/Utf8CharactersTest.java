package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class Utf8CharactersTest {

    private record Taken(int codePoint, int bytes) {}

    /** But for the bytes of a surrogate, which the runtime replaces as one and the standard one by one. */
    @Property(tries = 3_000)
    void readsAnyOtherBytesAsTheRuntimeDoes(@ForAll("bytes") byte[] bytes) {
        Assume.that(IntStream.range(0, bytes.length).noneMatch(i -> bytes[i] == (byte) 0xED));
        StringBuilder text = new StringBuilder();
        read(List.of(bytes)).forEach(taken -> text.appendCodePoint(taken.codePoint()));
        assertThat(text.toString()).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }

    /** Law 1 for bytes: the same characters, each of the same bytes, wherever they were cut. */
    @Property(tries = 3_000)
    void readsAnyCutsOfTheSameBytesAlike(@ForAll("bytes") byte[] bytes, @ForAll long seed) {
        List<Taken> whole = read(List.of(bytes));
        assertThat(read(cut(bytes, new Random(seed)))).isEqualTo(whole);
        assertThat(read(cut(bytes, null))).isEqualTo(whole);
        assertThat(whole.stream().mapToInt(Taken::bytes).sum()).isEqualTo(bytes.length);
    }

    @Test
    void replacesEachByteOfASurrogate() {
        assertThat(read(List.of(bytes(0xED, 0xA0, 0x80))))
                .containsExactly(
                        new Taken(Utf8Characters.REPLACEMENT, 1),
                        new Taken(Utf8Characters.REPLACEMENT, 1),
                        new Taken(Utf8Characters.REPLACEMENT, 1));
    }

    /** The example of the Unicode standard, section 3.9, table 3-8. */
    @Test
    void replacesMaximalSubparts() {
        byte[] bytes = bytes(0x61, 0xF1, 0x80, 0x80, 0xE1, 0x80, 0xC2, 0x62, 0x80, 0x63, 0x80, 0xBF, 0x64);
        int gone = Utf8Characters.REPLACEMENT;
        assertThat(read(List.of(bytes)))
                .containsExactly(
                        new Taken('a', 1),
                        new Taken(gone, 3),
                        new Taken(gone, 2),
                        new Taken(gone, 1),
                        new Taken('b', 1),
                        new Taken(gone, 1),
                        new Taken('c', 1),
                        new Taken(gone, 1),
                        new Taken(gone, 1),
                        new Taken('d', 1));
    }

    @Test
    void waitsForTheRestOfACharacterAndReplacesItAtTheEnd() {
        List<Taken> taken = new ArrayList<>();
        Utf8Characters characters = new Utf8Characters((codePoint, bytes) -> taken.add(new Taken(codePoint, bytes)));
        characters.append(utf8(bytes(0xE2, 0x82)));
        assertThat(taken).isEmpty();
        assertThat(characters.incompleteBytes()).isEqualTo(2);
        characters.append(utf8(bytes(0xAC, 0xF0)));
        assertThat(taken).containsExactly(new Taken('€', 3));
        characters.end();
        assertThat(taken).endsWith(new Taken(Utf8Characters.REPLACEMENT, 1));
    }

    private static List<Taken> read(List<byte[]> deltas) {
        List<Taken> taken = new ArrayList<>();
        Utf8Characters characters = new Utf8Characters((codePoint, bytes) -> taken.add(new Taken(codePoint, bytes)));
        deltas.forEach(delta -> characters.append(utf8(delta)));
        characters.end();
        return taken;
    }

    /** At random, or after every byte. */
    private static List<byte[]> cut(byte[] bytes, Random random) {
        List<byte[]> deltas = new ArrayList<>();
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + (random == null ? 1 : random.nextInt(5)));
            deltas.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return deltas;
    }

    private static Utf8Text utf8(byte[] bytes) {
        return Utf8Text.of(bytes, 0, bytes.length);
    }

    private static byte[] bytes(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return bytes;
    }

    /** Characters of every length, whole and broken off, among the octets at the edges of table 3-7. */
    @Provide
    Arbitrary<byte[]> bytes() {
        Arbitrary<byte[]> whole =
                Arbitraries.of("a", "é", "€", "😀", "\uFFFD").map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> cut = Combinators.combine(
                        whole, Arbitraries.integers().between(1, 3))
                .as((bytes, length) -> Arrays.copyOf(bytes, Math.min(length, bytes.length)));
        Arbitrary<byte[]> edge = Arbitraries.of(
                        0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                        0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF)
                .map(Utf8CharactersTest::bytes);
        return Arbitraries.oneOf(whole, cut, edge).list().ofMaxSize(24).map(parts -> {
            byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        });
    }
}
