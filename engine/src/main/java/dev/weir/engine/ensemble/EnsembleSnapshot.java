package dev.weir.engine.ensemble;

import akka.actor.typed.ActorRef;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.overload.QueueLoad;
import dev.weir.models.Lexicon;
import dev.weir.models.NgramExpert;
import dev.weir.models.StateArena;
import dev.weir.models.StreamingExpert;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WordPiece;
import java.util.ArrayList;
import java.util.List;

/**
 * Who scores and how far each is trusted, at one moment. Immutable; a stream keeps the one it was opened with.
 *
 * @param version weights, and the thresholds that go with them
 * @param weights those of the version that a stream is decided with; see {@link #forTenant}
 * @param tokenizer shared by all learned experts
 * @param ngrams have no session, and so are always awake
 */
public record EnsembleSnapshot(
        WeightsVersion version,
        Weights weights,
        Lexicon lexicon,
        WordPiece tokenizer,
        List<Streaming> streaming,
        List<Windowed> windowed,
        List<NgramExpert> ngrams) {

    public EnsembleSnapshot {
        streaming = List.copyOf(streaming);
        windowed = List.copyOf(windowed);
        ngrams = List.copyOf(ngrams);
    }

    /** A streaming expert at work; {@code awake} is false while its breaker is open. */
    public record Streaming(
            StreamingExpert expert,
            StateArena states,
            ActorRef<Batcher.Command> batcher,
            QueueLoad load,
            boolean awake) {}

    /** A windowed expert at work; {@code awake} is false while its breaker is open. */
    public record Windowed(WindowedExpert expert, ActorRef<Batcher.Command> batcher, QueueLoad load, boolean awake) {}

    /** The same for a tenant's stream, which is decided with no other tenant's weights. */
    public EnsembleSnapshot forTenant(String tenant) {
        return version.weights().byTenant().containsKey(tenant)
                ? new EnsembleSnapshot(
                        version, version.weights().forTenant(tenant), lexicon, tokenizer, streaming, windowed, ngrams)
                : this;
    }

    /** How much of a prompt's end its replies are read with. */
    public int promptTokens() {
        return windowed.stream()
                .mapToInt(member -> member.expert().promptTokens())
                .max()
                .orElse(0);
    }

    /** Names of the learned experts that do not vote now. */
    public List<String> asleep() {
        List<String> names = new ArrayList<>();
        streaming.stream()
                .filter(member -> !member.awake())
                .forEach(member -> names.add(member.expert().name()));
        windowed.stream()
                .filter(member -> !member.awake())
                .forEach(member -> names.add(member.expert().name()));
        return names;
    }
}
