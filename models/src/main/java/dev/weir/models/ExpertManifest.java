package dev.weir.models;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an expert's {@code expert.json} says, read and checked. */
public sealed interface ExpertManifest {
    String name();

    String version();

    List<Category> categories();

    /** BCP 47 codes of the languages it was made for, or {@link RecentLanguages#ANY}. */
    List<String> languages();

    String licence();

    /** Rules and phrases; {@code rules} is a file name inside the folder. */
    record LexiconRules(
            String name,
            String version,
            List<Category> categories,
            List<String> languages,
            String rules,
            String licence)
            implements ExpertManifest {}

    /**
     * A model with explicit recurrent state.
     *
     * @param model file name inside the folder
     * @param sha256 of the model file, lower-case hex
     * @param vocabulary file name inside the folder, or {@code ../folder/name} of another expert's
     * @param stateFloats length of the recurrent state of one stream
     * @param replyStart token id a reply starts from
     * @param promptStart token id a prompt starts from
     * @param calibration one for each category, in their order
     * @param kernel our own code that can run the model on the CPU; null if only ONNX Runtime can
     */
    record Streaming(
            String name,
            String version,
            List<Category> categories,
            List<String> languages,
            String model,
            String sha256,
            String vocabulary,
            StreamingTensors tensors,
            int stateFloats,
            int replyStart,
            int promptStart,
            int maxBatch,
            int maxTokens,
            List<Calibration> calibration,
            @Nullable Kernel kernel,
            String licence)
            implements ExpertManifest {
        Streaming withKernel(@Nullable Kernel newKernel) {
            return new Streaming(
                    name,
                    version,
                    categories,
                    languages,
                    model,
                    sha256,
                    vocabulary,
                    tensors,
                    stateFloats,
                    replyStart,
                    promptStart,
                    maxBatch,
                    maxTokens,
                    calibration,
                    newKernel,
                    licence);
        }
    }

    /**
     * A {@link GatedConvolution}.
     *
     * @param dilations one for each layer, in their order
     */
    record Kernel(List<Integer> dilations) {
        static final String GATED_CAUSAL_CONVOLUTION = "gated-causal-convolution";
    }

    /**
     * A linear model over hashed words and pairs of words; {@link NgramExpert} has the formula.
     *
     * @param reads roles of the texts it votes on; at least one
     * @param model file name inside the folder: a signed byte for each bucket and category, bucket by bucket
     * @param sha256 of the model file, lower-case hex
     * @param vocabulary file name inside the folder, or {@code ../folder/name} of another expert's
     * @param buckets a power of two
     * @param halfLifeWords words after which half of what was read is forgotten; infinite for never
     * @param damping above 0; features that a text is taken to begin with, which say nothing
     * @param weightScale log-odds one step of a weight is worth, one for each category, in their order
     * @param bias log-odds where nothing was read, one for each category
     * @param calibration one for each category, in their order
     */
    record Ngram(
            String name,
            String version,
            List<Category> categories,
            List<String> languages,
            Set<Role> reads,
            String model,
            String sha256,
            String vocabulary,
            int buckets,
            double halfLifeWords,
            double damping,
            List<Double> weightScale,
            List<Double> bias,
            List<Calibration> calibration,
            String licence)
            implements ExpertManifest {}

    /** Names of the graph's inputs and outputs. */
    record StreamingTensors(String ids, String lengths, String state, String logits, String nextState) {}

    /**
     * A pretrained encoder and a head of our own.
     *
     * @param model the encoder, a file name inside the folder
     * @param sha256 of the model file, lower-case hex
     * @param head file name inside the folder
     * @param headSha256 of the head file, lower-case hex
     * @param vocabulary file name inside the folder, or {@code ../folder/name} of another expert's
     * @param windowTokens text tokens in one window, the start and end tokens included
     * @param strideTokens distance between scheduled positions, in tokens
     * @param promptTokens from the end of what a reply answers, put before it in a row of its own; 0 reads no prompt
     */
    record Windowed(
            String name,
            String version,
            List<Category> categories,
            List<String> languages,
            String model,
            String sha256,
            String head,
            String headSha256,
            String vocabulary,
            WindowedTensors tensors,
            int windowTokens,
            int strideTokens,
            int promptTokens,
            int clsToken,
            int sepToken,
            int maxBatch,
            List<Calibration> calibration,
            String licence)
            implements ExpertManifest {}

    /** Names of the encoder's inputs and output, then of the head's. */
    record WindowedTensors(
            String ids, String mask, String types, String hidden, String headHidden, String headMask, String logits) {}
}
