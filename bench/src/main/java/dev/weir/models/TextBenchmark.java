package dev.weir.models;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Question: what does a character of text cost each of its readers? In the package of what it measures. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TextBenchmark {
    private static final int CHARACTERS = 4096;

    private static final String PROSE =
            "On Saturday we take the train to the lake, because the weather will finally be fine. My sister brings"
                    + " bread and cheese, and I look after the coffee and a large blanket. If it gets too warm in the"
                    + " afternoon we swim, or read a book under the old trees. \"In the evening,\" she said, \"my"
                    + " brother comes along on his bicycle: he can't leave work before 6 o'clock.\"\n\n";
    private static final String MIXED =
            "1. Écrivez à someone@example.org — it’s the café’s address. `for (int i = 0; i < 10; i++) x += 0.25;`"
                    + " Xin chào, 你好世界! Call +1 555 010 4477 or see https://example.org/a?b=%20c 🙂 **naïve** Ωμέγα.\n";

    /** Plain English, and a bit of everything. */
    @Param({"prose", "mixed"})
    @SuppressWarnings("NullAway.Init") // set by JMH
    private String text;

    @SuppressWarnings("NullAway.Init")
    private int[] characters;

    @SuppressWarnings("NullAway.Init")
    private WordPiece tokenizer;

    @SuppressWarnings("NullAway.Init")
    private Lexicon lexicon;

    private long seen;

    @Setup
    public void load() throws ExpertLoadException {
        ExpertLibrary experts = ExpertLibrary.load(Path.of(System.getenv("WEIR_MODELS_DIRECTORY")));
        tokenizer = ((StreamingExpert) experts.named("causal").orElseThrow()).tokenizer();
        lexicon = ((LexiconExpert) experts.named("lexicon").orElseThrow()).lexicon();
        int[] once = (text.equals("prose") ? PROSE : MIXED).codePoints().toArray();
        characters = new int[CHARACTERS];
        for (int i = 0; i < CHARACTERS; i++) {
            characters[i] = once[i % once.length];
        }
    }

    @Benchmark
    @OperationsPerInvocation(CHARACTERS)
    public long normaliser() {
        long sum = 0;
        for (int c : characters) {
            sum += BertNormal.of(c) + FoldedView.plain(c);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(CHARACTERS)
    public long tokenizer() {
        WordPiece.Cursor cursor = tokenizer.newCursor();
        TokenSink sink = (id, start, end, wordHash) -> seen += id + wordHash;
        for (int c : characters) {
            cursor.append(c, sink);
        }
        return seen;
    }

    /** Phrases, disguises and secrets, all there are. */
    @Benchmark
    @OperationsPerInvocation(CHARACTERS)
    public long lexicon() {
        Lexicon.Cursor cursor = lexicon.newCursor();
        MatchSink sink = match -> seen += match.start();
        for (int c : characters) {
            cursor.append(c, sink);
        }
        return seen + cursor.holdFrom();
    }

    @Benchmark
    @OperationsPerInvocation(CHARACTERS)
    public long languages() {
        LanguageRecognizer recognizer = new LanguageRecognizer();
        for (int c : characters) {
            seen += recognizer.append(c) ? 1 : 0;
        }
        return seen;
    }

    /** What a stream is given before its first character; a stream, not a character. */
    @Benchmark
    public Object newStream() {
        return new Object[] {lexicon.newCursor(), tokenizer.newCursor(), new LanguageRecognizer()};
    }
}
