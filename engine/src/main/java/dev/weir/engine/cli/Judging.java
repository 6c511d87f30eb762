package dev.weir.engine.cli;

import dev.weir.engine.decision.Threshold;
import dev.weir.engine.evaluation.Judged;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.engine.evaluation.Staircase;
import dev.weir.engine.stream.StreamSummary;
import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Runs labelled texts through a running engine and keeps what is measured about each. */
final class Judging {

    private final WholeTexts texts;
    private final Map<Category, Threshold> thresholds;
    private final boolean withBaselines;

    /** @param thresholds of the kinds of harm the policy stops for */
    Judging(WholeTexts texts, Map<Category, Threshold> thresholds, boolean withBaselines) {
        this.texts = texts;
        this.thresholds = thresholds;
        this.withBaselines = withBaselines;
    }

    /**
     * A reply runs in monitor mode, which goes on to its end, so that its largest risk can be ranked, and says where the
     * policy would have stopped. A prompt is decided whole, and only the acting modes say what the policy does.
     */
    CompletableFuture<Judged> judge(LabelledText row) {
        if (row.isPrompt()) {
            return texts.run(Mode.GATE, row.text(), "").thenApply(finished -> prompt(row, finished.summary()));
        }
        Trace trace = new Trace(thresholds, row.spanStart(), withBaselines);
        return texts.run(Mode.MONITOR, row.prompt(), row.text(), trace)
                .thenApply(finished -> reply(row, finished.summary(), trace));
    }

    private static Judged prompt(LabelledText row, StreamSummary summary) {
        Staircase risk = new Staircase();
        risk.add(0, summary.promptRisk());
        Judged.Stop stop = summary.promptAction() == Action.STOP ? new Judged.Stop(0, 0, 0) : null;
        return new Judged(row, 0, -1, risk, summary.promptRisk(), stop, Map.of(), Map.of());
    }

    private static Judged reply(LabelledText row, StreamSummary summary, Trace trace) {
        Judged.Stop stop = summary.wouldStopToken() < 0
                ? null
                : new Judged.Stop(summary.wouldStopToken(), summary.wouldStopAt(), summary.wouldStopOnset());
        return new Judged(
                row,
                summary.tokens(),
                trace.onsetToken(),
                trace.risk(),
                trace.topRisk(),
                stop,
                summary.maxRisks(),
                trace.baselines());
    }
}
