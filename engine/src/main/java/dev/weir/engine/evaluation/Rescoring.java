package dev.weir.engine.evaluation;

import dev.weir.engine.decision.LogOdds;
import dev.weir.models.Category;
import dev.weir.models.ExpertFailedException;
import dev.weir.models.Vote;
import dev.weir.models.WindowRow;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WindowedSession;
import dev.weir.models.WordPiece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Moderation by a model of whole texts that is asked again and again as a text grows: what is done where there is no
 * streaming model. The four ways differ in when they ask and how far back they read.
 *
 * <p>The encoder reads no more than its window at once, so a longer piece is read as consecutive windows from its start,
 * and its risk is that of the riskiest. A window asked about twice is run once here, and counted twice in the cost, which
 * is what the way of scoring would pay. Not thread-safe.
 */
public final class Rescoring {

    /** When to ask, in tokens from one asking to the next, and how many tokens to read back from there. */
    private enum Way {
        LAST_WINDOW("encoder, last window every 16", 16, 0),
        PREFIX_16("encoder, prefix every 16", 16, Integer.MAX_VALUE),
        WINDOW_250("encoder, 200 + 50 tokens", 50, 250),
        ALL_SO_FAR_50("encoder, all so far every 50", 50, Integer.MAX_VALUE);

        private final String label;
        private final int everyTokens;
        private final int backTokens; // 0: the encoder's window

        Way(String label, int everyTokens, int backTokens) {
            this.label = label;
            this.everyTokens = everyTokens;
            this.backTokens = backTokens;
        }
    }

    /** Tokens {@code from} to {@code to}, the end not included. */
    private record Window(int from, int to) {}

    private final WindowedExpert expert;
    private final WindowedSession session;
    private final int[] counted; // places of the categories that count, in the expert's order

    /**
     * @param session of {@code expert}; stays the caller's
     * @param categories whose risk counts
     */
    public Rescoring(WindowedExpert expert, WindowedSession session, Set<Category> categories) {
        this.expert = expert;
        this.session = session;
        List<Category> voted = expert.categories();
        this.counted = IntStream.range(0, voted.size())
                .filter(category -> categories.contains(voted.get(category)))
                .toArray();
    }

    /** The same text in each of the ways, by their names. Blocks for the length of the runs. */
    public Map<String, Judged.Run> run(String text) throws ExpertFailedException {
        int[] ids = tokens(text);
        Map<Way, List<List<Window>>> asked = new LinkedHashMap<>();
        Set<Window> windows = new LinkedHashSet<>();
        for (Way way : Way.values()) {
            List<List<Window>> askings = askings(way, ids.length);
            asked.put(way, askings);
            askings.forEach(windows::addAll);
        }
        Map<Window, Double> risks = score(ids, List.copyOf(windows));
        Map<String, Judged.Run> runs = new LinkedHashMap<>();
        asked.forEach((way, askings) -> runs.put(way.label, run(askings, risks)));
        return runs;
    }

    private static Judged.Run run(List<List<Window>> askings, Map<Window, Double> risks) {
        Staircase staircase = new Staircase();
        long encoderTokens = 0;
        for (List<Window> asking : askings) {
            double riskiest = 0;
            for (Window window : asking) {
                riskiest = Math.max(riskiest, risks.getOrDefault(window, 0.0));
                encoderTokens += window.to() - window.from() + 2L;
            }
            staircase.add(asking.getLast().to(), riskiest);
        }
        return new Judged.Run(staircase, encoderTokens);
    }

    private int[] tokens(String text) {
        List<Integer> ids = new ArrayList<>();
        WordPiece.Cursor cursor = expert.tokenizer().newCursor();
        text.codePoints().forEach(codePoint -> cursor.append(codePoint, (id, start, end, wordHash) -> ids.add(id)));
        cursor.end((id, start, end, wordHash) -> ids.add(id));
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    /** What is read at each asking; the last is at the end of the text. */
    private List<List<Window>> askings(Way way, int length) {
        List<List<Window>> askings = new ArrayList<>();
        int window = expert.windowTokens() - 2;
        int back = way.backTokens == 0 ? window : way.backTokens;
        for (int asked = 0; asked < length; ) {
            asked = Math.min(length, asked + way.everyTokens);
            List<Window> read = new ArrayList<>();
            for (int from = Math.max(0, asked - back); from < asked; from += window) {
                read.add(new Window(from, Math.min(asked, from + window)));
            }
            askings.add(read);
        }
        return askings;
    }

    /** Runs of windows of like length, so that little is padded. */
    private Map<Window, Double> score(int[] ids, List<Window> windows) throws ExpertFailedException {
        List<Window> byLength = windows.stream()
                .sorted(Comparator.comparingInt(window -> window.to() - window.from()))
                .toList();
        Map<Window, Double> risks = new HashMap<>();
        for (int from = 0; from < byLength.size(); from += expert.maxBatch()) {
            List<Window> batch = byLength.subList(from, Math.min(byLength.size(), from + expert.maxBatch()));
            List<WindowRow> rows =
                    batch.stream().map(window -> row(ids, window)).toList();
            session.score(rows);
            for (int i = 0; i < rows.size(); i++) {
                risks.put(batch.get(i), risk(rows.get(i)));
            }
        }
        return risks;
    }

    private WindowRow row(int[] ids, Window window) {
        int count = window.to() - window.from();
        int[] row = new int[count + 2];
        row[0] = expert.clsToken();
        System.arraycopy(ids, window.from(), row, 1, count);
        row[count + 1] = expert.sepToken();
        return new WindowRow(row, row.length);
    }

    private double risk(WindowRow row) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int category : counted) {
            highest = row.failed() ? highest : Math.max(highest, Vote.logOdds(row.vote(category)));
        }
        return LogOdds.toProbability(highest);
    }
}
