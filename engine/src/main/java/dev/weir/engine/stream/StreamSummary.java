package dev.weir.engine.stream;

import dev.weir.models.Category;
import dev.weir.protocol.Action;
import java.util.Map;

/**
 * A whole stream in numbers, for those who run streams in the same process.
 *
 * @param tokens of the text; in a stopped stream, as far as it had come
 * @param tokensSeen decided, up to and including the one that stopped it
 * @param promptRisk in [0, 1]; 0 without a prompt
 * @param promptWorst the category of {@code promptRisk}
 * @param promptAction what the policy did about the prompt
 * @param maxRisks largest risk of each category that was voted on
 * @param maxRisk largest risk among the categories the policy acts on
 * @param worst the category of {@code maxRisk}
 * @param action the strictest thing done to the text
 * @param wouldStopAt code points at which the policy's stop threshold was first reached, also in monitor mode; -1 never
 * @param wouldStopOnset estimated start of that harm, in code points; -1 never
 * @param wouldStopToken how many tokens had been decided then; -1 never
 */
public record StreamSummary(
        int tokens,
        int tokensSeen,
        double promptRisk,
        Category promptWorst,
        Action promptAction,
        Map<Category, Double> maxRisks,
        double maxRisk,
        Category worst,
        Action action,
        int wouldStopAt,
        int wouldStopOnset,
        int wouldStopToken) {}
