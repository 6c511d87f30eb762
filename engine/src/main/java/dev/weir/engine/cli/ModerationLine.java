package dev.weir.engine.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.stream.StreamSummary;
import dev.weir.models.Category;
import dev.weir.protocol.Action;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Severity;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code moderate}'s output.
 *
 * @param at where the text was stopped, in code points; 0 when its prompt was, null when nothing was
 * @param risk the largest of the prompt (for a prompt) or of the text, as far as it was decided
 * @param category the riskiest; null when nothing was found
 * @param risks the largest of each category that was voted on
 * @param tokensSeen decided before the stop, of {@code tokens}
 * @param unscored whether an expert that the policy requires had no vote on some of it
 * @param asleep which; empty when it was stopped for that
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ModerationLine(
        Object id,
        String action,
        @Nullable Integer at,
        double risk,
        @Nullable String category,
        String severity,
        Map<String, Double> risks,
        int tokens,
        int tokensSeen,
        boolean unscored,
        List<String> asleep) {

    static ModerationLine of(ModerationRequest request, WholeTexts.Finished finished) {
        StreamSummary summary = finished.summary();
        ServerMessage.@Nullable Stopped stop =
                finished.terminal() instanceof ServerMessage.Stopped stopped ? stopped : null;
        Action action = stop != null ? Action.STOP : request.isPrompt() ? summary.promptAction() : summary.action();
        double risk = request.isPrompt() || (stop != null && stop.at() == 0)
                ? Math.max(summary.promptRisk(), summary.maxRisk())
                : summary.maxRisk();
        String category = stop != null
                ? stop.category()
                : action == Action.PASS && Policy.severity(false, risk) == Severity.SAFE
                        ? null
                        : (request.isPrompt() ? summary.promptWorst() : summary.worst()).wireName();
        return new ModerationLine(
                request.id(),
                action.wireName(),
                stop == null ? null : stop.at(),
                risk,
                category,
                Policy.severity(action == Action.STOP, risk).wireName(),
                named(summary.maxRisks()),
                summary.tokens(),
                summary.tokensSeen(),
                unscored(finished.terminal()),
                finished.terminal() instanceof ServerMessage.Ended ended ? ended.asleep() : List.of());
    }

    private static boolean unscored(ServerMessage terminal) {
        return switch (terminal) {
            case ServerMessage.Ended ended -> ended.unscored();
            case ServerMessage.Stopped stopped -> stopped.category().equals(Category.UNSCORED.wireName());
            default -> false;
        };
    }

    /** In the order of the taxonomy, rounded to what a risk can mean. */
    private static Map<String, Double> named(Map<Category, Double> risks) {
        Map<String, Double> named = new LinkedHashMap<>();
        if (!risks.isEmpty()) {
            new EnumMap<>(risks)
                    .forEach((category, risk) -> named.put(category.wireName(), Math.round(risk * 1e6) / 1e6));
        }
        return named;
    }
}
