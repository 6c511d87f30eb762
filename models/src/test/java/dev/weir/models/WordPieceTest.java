package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ibm.icu.lang.UCharacter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class WordPieceTest {
    private static final Path REPOSITORY = Path.of(System.getProperty("weir.repository", ".."));
    static final WordPiece TOKENIZER = load();

    record Token(int id, int start, int end, long wordHash) {}

    private static WordPiece load() {
        try {
            return WordPiece.load(REPOSITORY.resolve("models/experts/causal/vocab.txt"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        WordPiece.Cursor cursor = TOKENIZER.newCursor();
        TokenSink sink = (id, start, end, hash) -> tokens.add(new Token(id, start, end, hash));
        text.codePoints().forEach(c -> cursor.append(c, sink));
        cursor.end(sink);
        return tokens;
    }

    private static List<Integer> ids(String text) {
        return tokens(text).stream().map(Token::id).toList();
    }

    @Test
    void readsEveryAssignedCodePointAsTheReferenceDoes() {
        List<String> different = new ArrayList<>();
        List<Integer> block = new ArrayList<>();
        for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
            if (UCharacter.getType(c) != 0 && !Character.isSurrogate((char) c)
                    || c > 0xFFFF && UCharacter.getType(c) != 0) {
                block.add(c);
            }
            if (block.size() == 256 || c == Character.MAX_CODE_POINT) {
                StringBuilder text = new StringBuilder();
                block.forEach(b -> text.append("a").appendCodePoint(b).append("b. "));
                if (!ids(text.toString()).equals(ReferenceTokenizer.ids(text.toString()))) {
                    for (int b : block) {
                        String one = "a" + Character.toString(b) + "b";
                        if (!ids(one).equals(ReferenceTokenizer.ids(one))) {
                            different.add("U+%04X %s age %s: %s, reference %s"
                                    .formatted(
                                            b,
                                            UCharacter.getType(b),
                                            UCharacter.getAge(b),
                                            ids(one),
                                            ReferenceTokenizer.ids(one)));
                        }
                    }
                }
                block.clear();
            }
        }
        assertThat(different).isEmpty();
    }

    @Property(tries = 2000)
    void readsAnyTextAsTheReferenceDoes(@ForAll("texts") String text) {
        Assumptions.assumeTrue(longestRun(text) <= 40);
        assertThat(ids(text)).isEqualTo(ReferenceTokenizer.ids(text));
    }

    private static int longestRun(String text) {
        int longest = 0;
        for (String run : text.split("\\s+")) {
            longest = Math.max(longest, run.length());
        }
        return longest;
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> piece = Arbitraries.oneOf(
                Arbitraries.of(
                        "kill",
                        "un",
                        "believ",
                        "able",
                        " ",
                        " ",
                        "  ",
                        "\n",
                        ".",
                        "don't",
                        "é",
                        "e\u0301",
                        "字",
                        "각",
                        "\u200b",
                        "İ",
                        "Σ",
                        "👩‍👩‍👧",
                        "\u0301",
                        "ｆ",
                        "\ud834\udd65",
                        "\u302e",
                        "\u00ad"),
                Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(6),
                Arbitraries.integers().between(0xA0, 0x2FFF).map(Character::toString),
                Arbitraries.integers()
                        .between(0x10000, 0x1FFFF)
                        .filter(UCharacter::isDefined)
                        .map(Character::toString));
        return piece.list().ofMaxSize(30).map(list -> String.join("", list));
    }

    @Property(tries = 300)
    void peekingGivesWhatTheEndWouldGiveAndChangesNothing(@ForAll("texts") String text) {
        WordPiece.Cursor cursor = TOKENIZER.newCursor();
        List<Token> settled = new ArrayList<>();
        StringBuilder soFar = new StringBuilder();
        text.codePoints().forEach(c -> {
            cursor.append(c, (id, start, end, hash) -> settled.add(new Token(id, start, end, hash)));
            soFar.appendCodePoint(c);
            List<Token> peeked = new ArrayList<>(settled);
            cursor.peekTail((id, start, end, hash) -> peeked.add(new Token(id, start, end, hash)));
            assertThat(peeked).isEqualTo(tokens(soFar.toString()));
            assertThat(settled).allSatisfy(token -> assertThat(token.end()).isLessThanOrEqualTo(cursor.length()));
        });
        cursor.end((id, start, end, hash) -> settled.add(new Token(id, start, end, hash)));
        assertThat(settled).isEqualTo(tokens(text));
    }

    @Test
    void spansCountRawCodePointsAndTakeRemovedCharactersIn() {
        assertThat(tokens("😀 ca\u200bfe\u0301!"))
                .extracting(Token::start, Token::end)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0, 1),
                        org.assertj.core.groups.Tuple.tuple(2, 8),
                        org.assertj.core.groups.Tuple.tuple(8, 9));
    }

    @Test
    void cutsAnEndlessWordEveryHundredCodePoints() {
        List<Integer> hundred = ids("a".repeat(100));
        List<Integer> twice = new ArrayList<>(hundred);
        twice.addAll(hundred);
        assertThat(ids("a".repeat(200))).isEqualTo(twice);
    }

    private static List<Long> wordHashes(String text) {
        List<Long> hashes = new ArrayList<>();
        WordPiece.Cursor cursor = TOKENIZER.newCursor();
        TokenSink sink = (id, start, end, wordHash) -> hashes.add(wordHash);
        text.codePoints().forEach(c -> cursor.append(c, sink));
        cursor.end(sink);
        return hashes;
    }

    /** The numbers are FNV-1a's, computed apart from this code. */
    @Test
    void hashesWordsAsTheNormaliserLeavesThem() {
        assertThat(wordHashes("kill")).containsExactly(0xef9582d72160f199L);
        assertThat(wordHashes("KiLL the")).containsExactly(0xef9582d72160f199L, 0x56f5c9194461d57cL);
        assertThat(wordHashes("Cafe\u0301 việt!"))
                .containsExactly(0xb5387d90e8589028L, 0xfe46f700c6b86b71L, 0xaf639c4c86017fccL);
    }

    @Test
    void hashesEachChineseCharacterAndWhatTheVocabularyDoesNotKnow() {
        assertThat(ids("杀 😀")).containsExactly(100, 100);
        assertThat(wordHashes("杀😀")).containsExactly(0x33531e1b747428e4L, 0xfeff073875020288L);
    }

    @Test
    void carriesTheHashOfAWordOnItsLastPieceAlone() {
        List<Long> hashes = wordHashes("unbelievability");
        assertThat(hashes).hasSizeGreaterThan(2);
        assertThat(hashes.subList(0, hashes.size() - 1)).containsOnly(WordHash.NONE);
        assertThat(hashes.getLast()).isNotEqualTo(WordHash.NONE);
    }

    @Test
    void hashesEachPartOfACutWordAsAWord() {
        List<Long> words = wordHashes("a".repeat(250)).stream()
                .filter(hash -> hash != WordHash.NONE)
                .toList();
        assertThat(words).hasSize(3).startsWith(0x2885d0ac2e5a9d79L, 0x2885d0ac2e5a9d79L);
    }

    @Test
    void zeroWidthCharactersNeitherCutAWordNorLengthenTheTail() {
        String hidden = "kill" + "\u200b".repeat(5000) + "er";
        assertThat(ids(hidden)).isEqualTo(ids("killer"));
    }

    @Test
    void holdsOnlyTheUnfinishedWord() {
        WordPiece.Cursor cursor = TOKENIZER.newCursor();
        "one two".codePoints().forEach(c -> cursor.append(c, (id, start, end, hash) -> {}));
        assertThat(cursor.settledOffset()).isEqualTo(4);
        cursor.append(' ', (id, start, end, hash) -> {});
        assertThat(cursor.settledOffset()).isEqualTo(cursor.length());
    }

    @Test
    void givesTheIdsAndWordsTheTrainingRecipeGave() throws IOException {
        Path golden = REPOSITORY.resolve("models/training/golden-tokens.jsonl");
        Assumptions.assumeTrue(Files.exists(golden));
        for (String line : Files.readAllLines(golden)) {
            JsonNode row = new ObjectMapper().readTree(line);
            List<Integer> expected = new ArrayList<>();
            row.get("ids").forEach(id -> expected.add(id.asInt()));
            assertThat(ids(row.get("text").asText())).as(line).isEqualTo(expected);
            List<Long> words = new ArrayList<>();
            row.get("words").forEach(hash -> words.add(hash.bigIntegerValue().longValue()));
            assertThat(wordHashes(row.get("text").asText())).as(line).isEqualTo(words);
        }
    }
}
