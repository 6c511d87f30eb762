package dev.weir.engine.stream;

import dev.weir.engine.ensemble.Mixture;
import dev.weir.engine.ensemble.Weights;
import dev.weir.models.Category;
import dev.weir.models.Expert;
import dev.weir.models.Vote;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stream's way to one expert. */
abstract sealed class Lane permits BatchedLane, NgramLane {

    /** One token's votes. */
    @FunctionalInterface
    interface Ballot {
        /** The {@link Vote} on category {@code category} in the expert's order. */
        byte vote(int category);
    }

    private final Expert expert;

    Lane(Expert expert) {
        this.expert = expert;
    }

    String expert() {
        return expert.name();
    }

    String version() {
        return expert.version();
    }

    /** Whether its votes are waited for; an expert that failed this stream or came too late sleeps for the rest of it. */
    abstract boolean isAwake();

    /** The last vote that was decided from, on one category, in log-odds; null when there is none. */
    @Nullable
    Double lastVote(Category category) {
        Ballot ballot = lastBallot();
        int index = expert.categories().indexOf(category);
        return ballot == null || index < 0 ? null : Vote.logOdds(ballot.vote(index));
    }

    /** The votes that were decided from last; null when there are none. */
    abstract @Nullable Ballot lastBallot();

    /** Adds one token's votes on every category. */
    void add(Ballot ballot, Mixture mixture, Weights weights) {
        List<Category> categories = expert.categories();
        for (int category = 0; category < categories.size(); category++) {
            mixture.add(
                    categories.get(category),
                    ballot.vote(category),
                    weights.of(expert.name(), categories.get(category)));
        }
    }
}
