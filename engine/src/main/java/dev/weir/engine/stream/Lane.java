package dev.weir.engine.stream;

import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.models.Category;
import dev.weir.models.Expert;
import dev.weir.models.RecentLanguages;
import dev.weir.models.Vote;
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
    private final int number;
    private boolean reading = true;
    private boolean everUnread;

    /** @param number of the expert among the text's voters */
    Lane(Expert expert, int number) {
        this.expert = expert;
        this.number = number;
    }

    Voter voter() {
        return new Voter(expert.name(), expert.version(), expert.categories());
    }

    String expert() {
        return expert.name();
    }

    String version() {
        return expert.version();
    }

    /** Whether its votes are waited for; an expert that failed this stream or came too late sleeps for the rest of it. */
    abstract boolean isAwake();

    /** The text goes on in these languages; an expert that was not trained for them has no vote until it can read again. */
    void follow(RecentLanguages recent) {
        reading = recent.areReadBy(expert.languages(), reading);
        everUnread |= !reading;
    }

    /** Whether its votes count here: it was trained for the language the text is in. */
    boolean isReading() {
        return reading;
    }

    /** Whether some of the text was in a language it was not trained for. */
    boolean hasUnread() {
        return everUnread;
    }

    /** Whether overload kept it from a span of the text. */
    boolean hasOverslept() {
        return false;
    }

    /** The last vote that was decided from, on one category, in log-odds; null when there is none. */
    @Nullable
    Double lastVote(Category category) {
        Ballot ballot = lastBallot();
        int index = expert.categories().indexOf(category);
        return ballot == null || index < 0 || !reading ? null : Vote.logOdds(ballot.vote(index));
    }

    /** The votes that were decided from last; null when there are none. */
    abstract @Nullable Ballot lastBallot();

    /** Where this expert's votes on a token are written, one a category in its order; they count from now on. */
    byte[] paper(TokenVotes votes) {
        return votes.cast(number);
    }
}
