package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NgramExpertTest {
    /** One bucket, so that every word and every pair says the same: +4 steps of 0.5, -8 steps of 0.25. */
    private static final byte[] ONE_BUCKET = {4, -8};

    private static final long KILL = 0xef9582d72160f199L;
    private static final long TIME = WordHash.of("time".codePoints().toArray(), 4);

    @TempDir
    private Path experts;

    private NgramExpert expert(byte[] weights, Consumer<ObjectNode> change) throws Exception {
        NgramFolder.write(experts, weights, change);
        return NgramFolder.load(experts);
    }

    private List<String> problems(byte[] weights, Consumer<ObjectNode> change) throws Exception {
        NgramFolder.write(experts, weights, change);
        return catchThrowableOfType(ExpertLoadException.class, () -> ExpertLibrary.load(experts))
                .problems();
    }

    @Test
    void addsWordsAndPairsAndDividesByTheRootOfTheirNumber() throws Exception {
        NgramState state = expert(ONE_BUCKET, json -> {}).newState();
        state.read(KILL);
        assertThat(state.logit(0)).isCloseTo(0.5 * 4 / Math.sqrt(1 + 1) - 1, within(1e-12));
        state.read(TIME);
        assertThat(state.logit(0)).isCloseTo(0.5 * 12 / Math.sqrt(3 + 1) - 1, within(1e-12));
        assertThat(state.logit(1)).isCloseTo(0.25 * -24 / Math.sqrt(3 + 1) + 2, within(1e-12));
        assertThat(state.vote(0)).isEqualTo(Vote.ofLogOdds(2));
        assertThat(state.vote(1)).isEqualTo(Vote.ofLogOdds(2 * -1 + 1));
    }

    @Test
    void halvesWhatWasReadAHalfLifeAgo() throws Exception {
        NgramState state =
                expert(ONE_BUCKET, json -> json.put("halfLifeWords", 1)).newState();
        state.read(KILL);
        state.read(TIME);
        assertThat(state.logit(0)).isCloseTo(0.5 * (2 + 8) / Math.sqrt(0.5 + 2 + 1) - 1, within(1e-12));
    }

    @Test
    void votesItsBiasBeforeTheFirstWord() throws Exception {
        NgramState state = expert(ONE_BUCKET, json -> {}).newState();
        assertThat(state.vote(0)).isEqualTo(Vote.ofLogOdds(-1));
        assertThat(state.vote(1)).isEqualTo(Vote.ofLogOdds(2 * 2 + 1));
    }

    @Test
    void keepsItsVoteWhileAWordGoesOn() throws Exception {
        NgramState state = expert(ONE_BUCKET, json -> {}).newState();
        state.read(KILL);
        double before = state.logit(0);
        state.read(WordHash.NONE);
        assertThat(state.logit(0)).isEqualTo(before);
    }

    /** The buckets were computed apart from this code: 59 and 186 for the words, 253 for the pair, of 256. */
    @Test
    void findsTheBucketsOfAWordAndOfAPair() throws Exception {
        byte[] weights = new byte[512];
        weights[2 * 59] = 1;
        weights[2 * 186] = 10;
        weights[2 * 253] = 100;
        NgramState state = expert(weights, json -> json.put("buckets", 256)).newState();
        state.read(KILL);
        assertThat(state.logit(0)).isCloseTo(0.5 * 1 / Math.sqrt(2) - 1, within(1e-12));
        state.read(TIME);
        assertThat(state.logit(0)).isCloseTo(0.5 * 111 / Math.sqrt(4) - 1, within(1e-12));
    }

    @Test
    void aCopyGoesOnWithoutChangingWhatItWasMadeFrom() throws Exception {
        NgramState state = expert(ONE_BUCKET, json -> {}).newState();
        state.read(KILL);
        double before = state.logit(0);
        NgramState copy = state.copy();
        copy.read(TIME);
        assertThat(state.logit(0)).isEqualTo(before);
        state.read(TIME);
        assertThat(copy.logit(0)).isEqualTo(state.logit(0));
    }

    @Test
    void takesNoMemoryForALongText() throws Exception {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        NgramState state =
                expert(ONE_BUCKET, json -> json.put("halfLifeWords", 64)).newState();
        for (int word = 0; word < 20_000; word++) {
            state.read(word);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int word = 0; word < 20_000; word++) {
            state.read(word);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 10);
    }

    @Test
    void readsTheTextsItsManifestNames() throws Exception {
        NgramExpert expert =
                expert(ONE_BUCKET, json -> json.withArray("reads").removeAll().add("prompt"));
        assertThat(expert.reads(Role.PROMPT)).isTrue();
        assertThat(expert.reads(Role.REPLY)).isFalse();
    }

    @Test
    void readsAVocabularyThatLiesBesideAnotherExpert() throws Exception {
        NgramFolder.write(
                experts, ONE_BUCKET, json -> json.withObject("tokenizer").put("vocabulary", "../shared/vocab.txt"));
        Files.createDirectory(experts.resolve("shared"));
        Files.move(experts.resolve("tiny-ngram/vocab.txt"), experts.resolve("shared/vocab.txt"));
        assertThat(NgramFolder.load(experts).tokenizer().vocabularySize()).isEqualTo(7);
    }

    @Test
    void readsNoVocabularyFromOutsideTheExperts() throws Exception {
        for (String outside :
                List.of("../vocab.txt", "../../x/vocab.txt", "../../vocab.txt", "../x/../vocab.txt", "/v")) {
            Path apart = Files.createDirectory(experts.resolve("a" + outside.hashCode()));
            NgramFolder.write(
                    apart, ONE_BUCKET, json -> json.withObject("tokenizer").put("vocabulary", outside));
            assertThat(catchThrowableOfType(ExpertLoadException.class, () -> ExpertLibrary.load(apart))
                            .problems())
                    .containsExactly("expert tiny-ngram: tokenizer.vocabulary \"" + outside
                            + "\" (expected: a file name inside the expert's folder)");
        }
    }

    @Test
    void namesEachProblemOfItsManifest() throws Exception {
        assertThat(problems(ONE_BUCKET, json -> {
                    json.put("buckets", 3);
                    json.withArray("reads").add("answer");
                    json.put("halfLifeWords", 0);
                    json.put("damping", 0);
                    json.withArray("weightScale").set(0, -1);
                    json.withArray("bias").remove(0);
                }))
                .containsExactly(
                        "expert tiny-ngram: buckets 3 (expected: a power of two)",
                        "expert tiny-ngram: reads [\"reply\",\"answer\"] (expected: \"reply\", \"prompt\" or both, each"
                                + " once)",
                        "expert tiny-ngram: halfLifeWords 0 (expected: a number > 0, or null)",
                        "expert tiny-ngram: damping 0 (expected: a number > 0)",
                        "expert tiny-ngram: weightScale [-1,0.25] (expected: 2 numbers >= 0, one for each category)",
                        "expert tiny-ngram: bias [2.0] (expected: 2 numbers, one for each category)");
    }

    @Test
    void refusesWeightsOfAnotherSize() throws Exception {
        assertThat(problems(ONE_BUCKET, json -> json.put("buckets", 2)))
                .containsExactly("expert tiny-ngram: model weights.bin of 2 bytes (expected: 2 buckets of 2 categories:"
                        + " 4 bytes)");
    }

    @Test
    void refusesWeightsThatAreNotThoseTheManifestWasWrittenFor() throws Exception {
        assertThat(problems(ONE_BUCKET, json -> json.put("sha256", "0".repeat(64))))
                .singleElement()
                .asString()
                .startsWith("expert tiny-ngram: model weights.bin with sha256 ");
    }
}
