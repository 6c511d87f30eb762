package dev.weir.bench.server;

import static java.util.Map.entry;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server's processor time goes to. A sample belongs to the stage of the first frame, from the top of its stack,
 * whose class is one of a stage: so a hash map, a JSON generator or a metric counts for who called it.
 */
public enum Stage {
    GATEWAY("gateway"),
    ACTORS("actors"),
    TOKENIZER("tokenizer, lexicon"),
    BATCHING("batching"),
    ONNX("ONNX"),
    KERNELS("experts in Java"),
    DECIDING("mixing, deciding"),
    LEDGER("ledger, trace"),
    JIT("JIT"),
    GC("GC"),
    OTHER("other");

    /** By the beginning of a class' name; the longest counts. Packages end in a dot. */
    static final Map<String, Stage> CLASSES = Map.ofEntries(
            entry("dev.weir.engine.gateway.", GATEWAY),
            entry("dev.weir.protocol.", GATEWAY),
            entry("io.netty.", GATEWAY),
            entry("dev.weir.engine.stream.", ACTORS),
            entry("akka.", ACTORS),
            entry("scala.concurrent.", ACTORS),
            entry("java.util.concurrent.ForkJoin", ACTORS),
            entry("dev.weir.models.", TOKENIZER),
            entry("dev.weir.engine.stream.TextCursor", TOKENIZER),
            entry("dev.weir.engine.stream.TokenBuffer", TOKENIZER),
            entry("dev.weir.engine.stream.TokenTail", TOKENIZER),
            entry("dev.weir.engine.stream.UnitMap", TOKENIZER),
            entry("dev.weir.engine.batching.", BATCHING),
            entry("dev.weir.engine.expert.", BATCHING),
            entry("dev.weir.models.StreamingSession", BATCHING),
            entry("dev.weir.models.WindowedSession", BATCHING),
            entry("dev.weir.models.StateArena", BATCHING),
            entry("dev.weir.models.NativeTensor", BATCHING),
            entry("dev.weir.models.TokenRow", BATCHING),
            entry("dev.weir.models.WindowRow", BATCHING),
            entry("dev.weir.models.OnnxModel", BATCHING),
            entry("dev.weir.models.OnnxNetwork", BATCHING),
            entry("dev.weir.models.StreamingNetwork", BATCHING),
            entry("ai.onnxruntime.", ONNX),
            entry("dev.weir.models.NgramExpert", KERNELS),
            entry("dev.weir.models.NgramState", KERNELS),
            entry("dev.weir.models.NgramWeights", KERNELS),
            entry("dev.weir.models.Gate", KERNELS),
            entry("dev.weir.models.GatedConvolution", KERNELS),
            entry("dev.weir.models.GatedWeights", KERNELS),
            entry("dev.weir.models.PackedMatrix", KERNELS),
            entry("jdk.incubator.vector.", KERNELS),
            entry("dev.weir.engine.ensemble.", DECIDING),
            entry("dev.weir.engine.decision.", DECIDING),
            entry("dev.weir.engine.calibration.", DECIDING),
            entry("dev.weir.engine.learning.", DECIDING),
            entry("dev.weir.engine.stream.Verdicts", DECIDING),
            entry("dev.weir.engine.ledger.", LEDGER),
            entry("dev.weir.engine.trace.", LEDGER),
            entry("dev.weir.engine.stream.Receipts", LEDGER),
            entry("dev.weir.engine.adaptation.", LEDGER),
            entry("org.sqlite.", LEDGER));

    private final String words;

    Stage(String words) {
        this.words = words;
    }

    /** As a table shows it. */
    public String words() {
        return words;
    }

    /** None for a class that serves all. */
    static Optional<Stage> ofClass(String className) {
        return CLASSES.keySet().stream()
                .filter(className::startsWith)
                .max(Comparator.comparingInt(String::length))
                .map(CLASSES::get);
    }

    /** @param classNames of a stack's frames, the innermost first */
    static Stage ofStack(List<String> classNames) {
        return classNames.stream()
                .map(Stage::ofClass)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(OTHER);
    }
}
