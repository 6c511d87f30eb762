package dev.weir.engine.ensemble;

import dev.weir.models.Category;
import java.util.Arrays;
import java.util.List;

/**
 * Every expert's votes on one token, and what they come to together. One is reused from token to token. A running stream
 * and a recorded one both fill it and {@link #mix()} it, so that the same votes give the same log-odds bit for bit. Not
 * thread-safe.
 */
public final class TokenVotes {

    private final List<Voter> voters;
    private final byte[][] votes;
    private final double[][] weights;
    private final boolean[] cast;
    private final Mixture mixture = new Mixture();

    /** @param voters in the order in which their votes are added up, which the last bits depend on */
    public TokenVotes(List<Voter> voters, Weights weights) {
        this.voters = List.copyOf(voters);
        this.votes = new byte[voters.size()][];
        this.weights = new double[voters.size()][];
        this.cast = new boolean[voters.size()];
        for (int voter = 0; voter < voters.size(); voter++) {
            Voter named = voters.get(voter);
            this.votes[voter] = new byte[named.categories().size()];
            this.weights[voter] = named.categories().stream()
                    .mapToDouble(category -> weights.of(named.name(), category))
                    .toArray();
        }
    }

    public List<Voter> voters() {
        return voters;
    }

    /** Nobody has voted. */
    public void clear() {
        Arrays.fill(cast, false);
    }

    /** Where this voter writes its votes on the token, one a category in its order; all of them count from now on. */
    public byte[] cast(int voter) {
        cast[voter] = true;
        return votes[voter];
    }

    /** Whether the voter has a say on this token; one that is asleep or cannot read has none. */
    public boolean isCast(int voter) {
        return cast[voter];
    }

    /** This voter's latest votes, which count where it {@linkplain #isCast has cast} them; valid until they change. */
    public byte[] of(int voter) {
        return votes[voter];
    }

    /** Log-odds by {@link Category#ordinal()}, NaN where nobody voted; valid until the next call. */
    public double[] mix() {
        mixture.clear();
        for (int voter = 0; voter < cast.length; voter++) {
            if (cast[voter]) {
                List<Category> categories = voters.get(voter).categories();
                for (int category = 0; category < categories.size(); category++) {
                    mixture.add(categories.get(category), votes[voter][category], weights[voter][category]);
                }
            }
        }
        return mixture.logOdds();
    }
}
