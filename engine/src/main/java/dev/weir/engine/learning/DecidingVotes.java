package dev.weir.engine.learning;

import dev.weir.engine.decision.LogOdds;
import dev.weir.engine.decision.StopRuleSettings;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.models.Category;
import dev.weir.models.Vote;
import java.util.Arrays;
import java.util.List;

/**
 * What each expert said on one category where a text was decided, or would have been: its own fast mean, at the token
 * where the mixture's was highest. One label is about that moment and not about every token, most of which are harmless
 * in a harmful text too.
 */
public final class DecidingVotes {

    private final List<String> experts;
    private final Category category;
    private final double keep;
    private final double[] means;
    private final double[] now;
    private final double[] highest;
    private double mixed;
    private double highestMixed = Double.NEGATIVE_INFINITY;

    /** @param experts in the order of the votes */
    public DecidingVotes(List<String> experts, Category category, StopRuleSettings rule) {
        this.experts = List.copyOf(experts);
        this.category = category;
        this.keep = StrictMath.pow(0.5, 1 / rule.fastHalfLifeTokens());
        this.mixed = LogOdds.of(rule.prior());
        this.means = notVoted();
        this.now = notVoted();
        this.highest = notVoted();
    }

    private double[] notVoted() {
        double[] votes = new double[experts.size()];
        Arrays.fill(votes, Double.NaN);
        return votes;
    }

    /** @param mixture of these votes, log-odds by {@link Category#ordinal()} */
    public void onToken(TokenVotes votes, double[] mixture) {
        Arrays.fill(now, Double.NaN);
        for (int voter = 0; voter < votes.voters().size(); voter++) {
            int at = votes.voters().get(voter).categories().indexOf(category);
            int expert = experts.indexOf(votes.voters().get(voter).name());
            if (at >= 0 && expert >= 0 && votes.isCast(voter)) {
                double vote = Vote.logOdds(votes.of(voter)[at]);
                double before = means[expert];
                means[expert] = Double.isNaN(before) ? vote : keep * before + (1 - keep) * vote;
                now[expert] = means[expert];
            }
        }
        double vote = mixture[category.ordinal()];
        if (!Double.isNaN(vote)) {
            mixed = keep * mixed + (1 - keep) * vote;
            if (mixed > highestMixed) {
                highestMixed = mixed;
                System.arraycopy(now, 0, highest, 0, now.length);
            }
        }
    }

    /** Log-odds in the order of the experts, NaN for who was asleep; all NaN when nobody voted on the category. */
    public double[] votes() {
        return highest.clone();
    }
}
