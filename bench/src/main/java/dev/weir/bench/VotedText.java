package dev.weir.bench;

import akka.actor.typed.ActorRef;
import dev.weir.engine.Engine;
import dev.weir.engine.decision.StopRuleSettings;
import dev.weir.engine.ensemble.TokenVotes;
import dev.weir.engine.evaluation.LabelledText;
import dev.weir.engine.learning.DecidingVotes;
import dev.weir.engine.stream.StreamListener;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.models.Category;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One labelled text, scored by an engine in this process: each expert's fast mean of its votes on harm of any kind, at the
 * token where the mixture's own fast mean was highest. That is where the text is decided, if it is.
 */
final class VotedText implements StreamListener {

    private static final AtomicLong NAMES = new AtomicLong();

    private static final int AT_ONCE = 32;

    private final LabelledText text;
    private final String source;
    private final CompletableFuture<Labelled> voted = new CompletableFuture<>();
    private final DecidingVotes votes;
    private @Nullable TokenVotes cast;
    private @Nullable ActorRef<StreamSession.Command> session;

    private VotedText(LabelledText text, String source, List<String> experts, StopRuleSettings rule) {
        this.text = text;
        this.source = source;
        this.votes = new DecidingVotes(experts, Category.OTHER, rule);
    }

    /**
     * Runs texts through an engine, many at once.
     *
     * @param experts in the order of the votes
     * @return those on which any expert voted, in the order given
     */
    static List<Labelled> run(Engine engine, List<LabelledText> texts, String source, List<String> experts)
            throws InterruptedException {
        Semaphore free = new Semaphore(AT_ONCE);
        List<VotedText> running = new ArrayList<>();
        for (LabelledText text : texts) {
            free.acquire();
            VotedText one =
                    new VotedText(text, source, experts, engine.defaultPolicy().stopRule());
            one.voted.whenComplete((done, failure) -> free.release());
            running.add(one);
            one.open(engine);
        }
        return running.stream()
                .map(one -> one.voted.join())
                .filter(one -> one.votes().stream().anyMatch(vote -> !vote.isNaN()))
                .toList();
    }

    private void open(Engine engine) {
        String prompt = text.prompt();
        List<PromptMessage> messages = prompt == null ? List.of() : List.of(new PromptMessage("user", prompt));
        OpenStream request = new OpenStream(
                "bench-" + NAMES.incrementAndGet(),
                null,
                Mode.MONITOR,
                Units.UTF16,
                null,
                OpenStream.DEFAULT_CHANNEL,
                messages,
                Map.of(),
                null);
        engine.streams().tell(new StreamSupervisor.Open(request, this));
    }

    @Override
    public void started(String stream, ActorRef<StreamSession.Command> actor) {
        session = actor;
    }

    @Override
    public void cast(String stream, TokenVotes cast) {
        this.cast = cast;
    }

    @Override
    public void voted(String stream, int tokens, double[] logOdds) {
        votes.onToken(Objects.requireNonNull(cast), logOdds);
    }

    @Override
    public void send(ServerMessage message) {
        ActorRef<StreamSession.Command> to = session;
        if (message instanceof ServerMessage.Opened && to != null) {
            to.tell(new StreamSession.Text(text.text(), null));
            to.tell(new StreamSession.End(null));
        } else if (message.isTerminal()) {
            voted.complete(
                    new Labelled(source, Arrays.stream(votes.votes()).boxed().toList(), text.harmful()));
        }
    }
}
