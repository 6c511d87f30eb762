package dev.weir.engine;

import dev.weir.engine.ensemble.ExpertRuns;
import dev.weir.engine.ensemble.OpenExpert;
import dev.weir.models.BatchedExpert;
import dev.weir.models.Expert;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.ExpertLoadException;
import dev.weir.models.Lexicon;
import dev.weir.models.LexiconExpert;
import dev.weir.models.NgramExpert;
import dev.weir.models.StreamingExpert;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WordPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The experts a configuration names, with their sessions open. */
record Experts(
        List<Expert> chosen,
        List<OpenExpert> opened,
        List<NgramExpert> ngrams,
        ExpertRuns runs,
        Lexicon lexicon,
        WordPiece tokenizer) {

    static Experts open(EngineSettings settings, Consumer<String> say) throws StartException {
        List<OpenExpert> opened = new ArrayList<>();
        try {
            ExpertRuns runs = new ExpertRuns(
                    settings.placement().resolve(say),
                    settings.cpuStandsIn(),
                    settings.batching(),
                    settings.stream().slots());
            List<Expert> chosen = choose(ExpertLibrary.load(settings.models()), settings.experts());
            checkCalibrations(settings, chosen, say);
            for (BatchedExpert expert : ofKind(chosen, BatchedExpert.class)) {
                opened.add(runs.open(expert));
            }
            return new Experts(
                    chosen, opened, ofKind(chosen, NgramExpert.class), runs, lexicon(chosen), tokenizer(chosen));
        } catch (ExpertLoadException e) {
            opened.forEach(OpenExpert::close);
            throw StartException.failed(e.problems());
        }
    }

    /** Thresholds promise a false-stop rate only with the experts they were calibrated with. */
    static void checkCalibrations(EngineSettings settings, List<Expert> chosen, Consumer<String> say)
            throws StartException {
        List<String> problems = new ArrayList<>();
        settings.thresholds().values().forEach(thresholds -> {
            thresholds.check(settings.madeWith(thresholds.policy(), chosen), problems);
            thresholds.note().ifPresent(say);
        });
        if (!problems.isEmpty()) {
            throw StartException.failed(problems);
        }
    }

    private static List<Expert> choose(ExpertLibrary library, List<String> names) throws ExpertLoadException {
        List<Expert> chosen = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            library.named(name)
                    .ifPresentOrElse(
                            chosen::add,
                            () -> problems.add("weir.models.experts: " + name + " (expected: one of those found, "
                                    + library.experts().stream()
                                            .map(Expert::name)
                                            .toList() + ")"));
        }
        if (!problems.isEmpty()) {
            throw new ExpertLoadException(problems);
        }
        return chosen;
    }

    private static <E extends Expert> List<E> ofKind(List<Expert> experts, Class<E> kind) {
        return experts.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static Lexicon lexicon(List<Expert> experts) throws ExpertLoadException {
        List<LexiconExpert> lexicons = ofKind(experts, LexiconExpert.class);
        if (lexicons.size() != 1) {
            throw new ExpertLoadException(
                    List.of("weir.models.experts: " + lexicons.size() + " lexicons (expected: exactly one)"));
        }
        return lexicons.getFirst().lexicon();
    }

    /** Learned experts decide token by token together, so they must cut a text into the same tokens. */
    private static WordPiece tokenizer(List<Expert> experts) throws ExpertLoadException {
        List<WordPiece> tokenizers = new ArrayList<>();
        for (Expert expert : experts) {
            switch (expert) {
                case StreamingExpert streaming -> tokenizers.add(streaming.tokenizer());
                case WindowedExpert windowed -> tokenizers.add(windowed.tokenizer());
                case NgramExpert ngram -> tokenizers.add(ngram.tokenizer());
                case LexiconExpert lexicon -> {}
            }
        }
        if (tokenizers.isEmpty()) {
            throw new ExpertLoadException(List.of("weir.models.experts: no learned expert (expected: at least one)"));
        }
        if (!tokenizers.stream().allMatch(tokenizers.getFirst()::hasVocabularyOf)) {
            throw new ExpertLoadException(
                    List.of("weir.models.experts: different vocabularies (expected: one shared by all)"));
        }
        return tokenizers.getFirst();
    }
}
