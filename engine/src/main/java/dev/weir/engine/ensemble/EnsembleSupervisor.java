package dev.weir.engine.ensemble;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.batching.BatchingSettings;
import dev.weir.engine.expert.ExpertRun;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.ledger.Tenant;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.QueueLoad;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.models.BatchedExpert;
import dev.weir.models.ExpertLoadException;
import dev.weir.models.Lexicon;
import dev.weir.models.NgramExpert;
import dev.weir.models.StreamingExpert;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WordPiece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the experts alive and says, in one immutable snapshot, who scores and how far each is trusted. An expert whose
 * runs keep failing is taken out: streams that had begun with it sleep on it, new ones begin without it, and after a
 * pause it is opened afresh.
 */
public final class EnsembleSupervisor extends AbstractBehavior<EnsembleSupervisor.Command> {

    public sealed interface Command {}

    private record Broken(ExpertSession.Broke report) implements Command {}

    private record Reopen(String expert) implements Command {}

    /**
     * New streams are decided with these weights; those that are open keep theirs.
     *
     * @param inForce completed once that is so
     */
    public record Weigh(WeightsVersion version, CompletableFuture<Void> inForce) implements Command {}

    /**
     * What the supervisor works with.
     *
     * @param opened the experts with a session and their sessions, which it owns from now on
     * @param ngrams need none, and so are never asleep
     * @param required names of the experts that some policy cannot do without
     * @param published where each new snapshot is put
     * @param begun completed when the first one is there
     */
    public record Setup(
            Map<BatchedExpert, ExpertRun> opened,
            List<NgramExpert> ngrams,
            ExpertRuns runs,
            Lexicon lexicon,
            WordPiece tokenizer,
            WeightsVersion version,
            BatchingSettings batching,
            BreakerSettings breaker,
            Overload overload,
            Set<String> required,
            Telemetry telemetry,
            AtomicReference<EnsembleSnapshot> published,
            CompletableFuture<Void> begun) {}

    /** One expert with a session; {@code session} is null while its breaker is open. */
    private static final class Member {
        final BatchedExpert expert;

        @Nullable
        ExpertRun run;

        @Nullable
        ActorRef<ExpertSession.Command> session;

        @Nullable
        ActorRef<Batcher.Command> batcher;

        @Nullable
        QueueLoad load;

        int tries;

        Member(BatchedExpert expert) {
            this.expert = expert;
        }
    }

    public static Behavior<Command> create(Setup setup) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new EnsembleSupervisor(context, timers, setup)));
    }

    private final TimerScheduler<Command> timers;
    private final Setup setup;
    private final ActorRef<ExpertSession.Broke> onBroke;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private int sessionsStarted;
    private WeightsVersion version;

    private EnsembleSupervisor(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
        super(context);
        this.timers = timers;
        this.setup = setup;
        this.version = setup.version();
        this.onBroke = context.messageAdapter(ExpertSession.Broke.class, Broken::new);
        setup.opened().forEach((expert, run) -> {
            Member member = new Member(expert);
            members.put(expert.name(), member);
            begin(member, run);
            setup.telemetry().expertGauge(expert.name(), () -> member.session == null ? 0 : 1);
            if (expert instanceof WindowedExpert) {
                setup.telemetry()
                        .overloadCounters(
                                expert.name(),
                                setup.overload(),
                                overload -> overload.queue(expert.name()).coarse(),
                                overload -> overload.queue(expert.name()).asleep());
            }
        });
        setup.ngrams().forEach(expert -> setup.telemetry().expertGauge(expert.name(), () -> 1));
        publish();
        setup.begun().complete(null);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Broken.class, this::onBroken)
                .onMessage(Reopen.class, this::onReopen)
                .onMessage(Weigh.class, this::onWeigh)
                .build();
    }

    private void begin(Member member, ExpertRun run) {
        String name = member.expert.name();
        sessionsStarted++;
        member.run = run;
        QueueLoad load = setup.overload().newQueue(name, isVital(member.expert));
        member.load = load;
        member.session = getContext()
                .spawn(
                        ExpertSession.create(name, run, setup.breaker().failures(), onBroke, setup.telemetry()),
                        "expert-" + sessionsStarted,
                        DispatcherSelector.fromConfig("weir.inference-dispatcher"));
        member.batcher = getContext()
                .spawn(
                        Batcher.create(setup.batching().atMost(member.expert.maxBatch()), member.session, load),
                        "batcher-" + sessionsStarted,
                        DispatcherSelector.fromConfig("weir.stream-dispatcher"));
    }

    /** A windowed expert can be asked less often, where nobody insists on it; a streaming one reads every token. */
    private boolean isVital(BatchedExpert expert) {
        return expert instanceof StreamingExpert || setup.required().contains(expert.name());
    }

    private Behavior<Command> onBroken(Broken broken) {
        Member member = members.get(broken.report().expert());
        if (member == null || member.session == null || member.batcher == null) {
            return this;
        }
        member.batcher.tell(new Batcher.Retire());
        getContext().stop(member.session);
        member.session = null;
        Duration pause = pause(member);
        getContext()
                .getLog()
                .error(
                        "expert {}: {} runs in a row failed; asleep, to be opened again in {} s",
                        member.expert.name(),
                        broken.report().failures(),
                        pause.toSeconds());
        timers.startSingleTimer(member.expert.name(), new Reopen(member.expert.name()), pause);
        publish();
        return this;
    }

    private Behavior<Command> onReopen(Reopen reopen) {
        Member member = members.get(reopen.expert());
        if (member == null) {
            return this;
        }
        try {
            begin(member, setup.runs().open(member.expert));
            getContext().getLog().info("expert {}: awake again", reopen.expert());
            publish();
        } catch (ExpertLoadException e) {
            Duration pause = pause(member);
            getContext()
                    .getLog()
                    .error(
                            "expert {}: still asleep, next try in {} s: {}",
                            reopen.expert(),
                            pause.toSeconds(),
                            e.problems());
            timers.startSingleTimer(reopen.expert(), reopen, pause);
        }
        return this;
    }

    private Behavior<Command> onWeigh(Weigh weigh) {
        version = weigh.version();
        publish();
        weigh.inForce().complete(null);
        return this;
    }

    private Duration pause(Member member) {
        Duration pause = setup.breaker().coolDown().multipliedBy(1L << Math.min(member.tries, 20));
        member.tries++;
        return pause.compareTo(setup.breaker().maxCoolDown()) > 0
                ? setup.breaker().maxCoolDown()
                : pause;
    }

    private void publish() {
        List<EnsembleSnapshot.Streaming> streaming = new ArrayList<>();
        List<EnsembleSnapshot.Windowed> windowed = new ArrayList<>();
        for (Member member : members.values()) {
            if (member.batcher == null || member.load == null) {
                continue;
            }
            boolean awake = member.session != null;
            if (member.expert instanceof StreamingExpert expert && member.run instanceof ExpertRun.Streaming run) {
                streaming.add(new EnsembleSnapshot.Streaming(
                        expert, run.session().states(), member.batcher, member.load, awake));
            } else if (member.expert instanceof WindowedExpert expert) {
                windowed.add(new EnsembleSnapshot.Windowed(expert, member.batcher, member.load, awake));
            }
        }
        setup.published()
                .set(new EnsembleSnapshot(
                        version,
                        version.weights().forTenant(Tenant.DEFAULT),
                        setup.lexicon(),
                        setup.tokenizer(),
                        streaming,
                        windowed,
                        setup.ngrams()));
    }
}
