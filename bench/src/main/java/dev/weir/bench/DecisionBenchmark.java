package dev.weir.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.decision.Decider;
import dev.weir.engine.decision.DecisionSink;
import dev.weir.engine.decision.Policies;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.ensemble.Voter;
import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ledger.Tenant;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.ExpertLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Question: what does a token cost from its votes to a decision? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBenchmark {
    @SuppressWarnings("NullAway.Init") // set by load
    private TokenVotes votes;

    private int voters;

    @SuppressWarnings("NullAway.Init")
    private Decider decider;

    private double[] mixed = {};
    private long token;

    @Setup
    public void load() throws ExpertLoadException {
        List<Voter> all = ExpertLibrary.load(Path.of(System.getenv("WEIR_MODELS_DIRECTORY"))).experts().stream()
                .map(expert -> new Voter(expert.name(), expert.version(), expert.categories()))
                .toList();
        voters = all.size();
        votes = new TokenVotes(all, new Weights(1, Map.of(), Map.of(), Map.of()).forTenant(Tenant.DEFAULT));
        mixed = mixing();
        Config weir = ConfigFactory.load().getConfig("weir");
        Policy policy = Policies.from(weir.getConfig("policies"), weir.getConfig("policy-defaults"), new ArrayList<>())
                .values()
                .iterator()
                .next();
        decider = new Decider(policy, policy.mode(), 0, DecisionSink.IGNORED);
    }

    /** Every expert votes, harmless. */
    @Benchmark
    public double[] mixing() {
        votes.clear();
        for (int voter = 0; voter < voters; voter++) {
            votes.cast(voter)[0] = (byte) -40;
        }
        return votes.mix();
    }

    @Benchmark
    public double deciding() {
        token++;
        decider.onToken(4 * token, 4 * token + 3, mixed);
        return decider.risk();
    }
}
