package dev.weir.engine.ensemble;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.weir.engine.batching.Batcher;
import dev.weir.engine.batching.BatchingSettings;
import dev.weir.engine.expert.ExpertRun;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.overload.QueueLoad;
import dev.weir.engine.telemetry.Metric;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.models.BatchedExpert;
import dev.weir.models.ExpertLoadException;
import dev.weir.models.Lexicon;
import dev.weir.models.NgramExpert;
import dev.weir.models.Placement;
import dev.weir.models.StateArena;
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
 * Keeps the experts alive and says, in one immutable snapshot, who scores and how far each is trusted.
 *
 * <p>An expert has a session at each of its places, and any of them takes any stream's next row. A session whose runs
 * keep failing is closed and, after a pause, opened afresh; the others go on meanwhile. When the last one on a GPU broke,
 * the CPU may stand in until a GPU is back: the states of the streams are in memory of the process, so they go on too.
 * An expert without any session is asleep: streams that had begun with it sleep on it, new ones begin without it.
 */
public final class EnsembleSupervisor extends AbstractBehavior<EnsembleSupervisor.Command> {

    public sealed interface Command {}

    private record Broken(ExpertSession.Broke report) implements Command {}

    /** The session's actor is gone, closed or crashed. */
    private record Ended(String expert, ActorRef<ExpertSession.Command> session) implements Command {}

    private record Reopen(String expert, int seat) implements Command {}

    /**
     * New streams are decided with these weights; those that are open keep theirs.
     *
     * @param inForce completed once that is so
     */
    public record Weigh(WeightsVersion version, CompletableFuture<Void> inForce) implements Command {}

    /**
     * What the supervisor works with.
     *
     * @param opened the experts with sessions, which it owns from now on
     * @param ngrams need none, and so are never asleep
     * @param required names of the experts that some policy cannot do without
     * @param published where each new snapshot is put
     * @param begun completed when the first one is there
     */
    public record Setup(
            List<OpenExpert> opened,
            List<NgramExpert> ngrams,
            ExpertRuns runs,
            Lexicon lexicon,
            WordPiece tokenizer,
            WeightsVersion version,
            BreakerSettings breaker,
            Overload overload,
            Set<String> required,
            Telemetry telemetry,
            AtomicReference<EnsembleSnapshot> published,
            CompletableFuture<Void> begun) {}

    /** A session's place; {@code session} is null while its breaker is open. */
    private static final class Seat {
        final int number;
        final Placement placement;

        @Nullable
        ActorRef<ExpertSession.Command> session;

        int tries;

        Seat(int number, Placement placement) {
            this.number = number;
            this.placement = placement;
        }
    }

    /** One expert and its places; the last is the CPU's that stands in, where that is wanted. */
    private static final class Member {
        final BatchedExpert expert;
        final List<Seat> seats = new ArrayList<>();
        final @Nullable Seat standIn;

        /** Of no use while asleep, like the batcher. */
        @Nullable
        StateArena states;

        @Nullable
        ActorRef<Batcher.Command> batcher;

        @Nullable
        QueueLoad load;

        boolean asleep = true;

        Member(BatchedExpert expert, ExpertRuns runs) {
            this.expert = expert;
            for (Placement placement : runs.placements()) {
                seats.add(new Seat(seats.size(), placement));
            }
            standIn = runs.cpuStandsIn() && runs.isOnGpu() ? new Seat(seats.size(), Placement.CPU) : null;
            if (standIn != null) {
                seats.add(standIn);
            }
        }

        boolean hasSession() {
            return seats.stream().anyMatch(seat -> seat.session != null);
        }

        long sessionsOn(String device) {
            return seats.stream()
                    .filter(seat ->
                            seat.session != null && seat.placement.label().equals(device))
                    .count();
        }

        @Nullable
        Seat seatOf(ActorRef<ExpertSession.Command> session) {
            return seats.stream()
                    .filter(seat -> session.equals(seat.session))
                    .findFirst()
                    .orElse(null);
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
        setup.opened().forEach(this::begin);
        setup.ngrams()
                .forEach(expert -> setup.telemetry().gauge(Metric.EXPERT_AWAKE, () -> 1, "expert", expert.name()));
        publish();
        setup.begun().complete(null);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Broken.class, this::onBroken)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(Reopen.class, this::onReopen)
                .onMessage(Weigh.class, this::onWeigh)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private void begin(OpenExpert opened) {
        Member member = new Member(opened.expert(), setup.runs());
        String name = opened.expert().name();
        members.put(name, member);
        member.states = opened.states();
        for (int i = 0; i < opened.runs().size(); i++) {
            seat(member, member.seats.get(i), opened.runs().get(i));
        }
        setup.telemetry().gauge(Metric.EXPERT_AWAKE, () -> member.asleep ? 0 : 1, "expert", name);
        if (opened.expert() instanceof WindowedExpert) {
            setup.telemetry()
                    .overloadCounters(
                            name,
                            setup.overload(),
                            overload -> overload.queue(name).coarse(),
                            overload -> overload.queue(name).asleep());
        }
        member.seats.stream()
                .map(seat -> seat.placement.label())
                .distinct()
                .forEach(device -> setup.telemetry()
                        .gauge(
                                Metric.EXPERT_SESSIONS,
                                () -> member.sessionsOn(device),
                                "expert",
                                name,
                                "device",
                                device));
    }

    /** Puts a session to work beside the others of its expert, or as its first. */
    private void seat(Member member, Seat seat, ExpertRun run) {
        String name = member.expert.name();
        sessionsStarted++;
        setup.telemetry().sessionOpened(name);
        ActorRef<ExpertSession.Command> session = getContext()
                .spawn(
                        ExpertSession.create(name, run, setup.breaker().failures(), onBroke, setup.telemetry()),
                        "expert-" + sessionsStarted,
                        thread(member, "weir.inference-dispatcher"));
        getContext().watchWith(session, new Ended(name, session));
        seat.session = session;
        BatchingSettings bounds = setup.runs().bounds(member.expert, seat.placement);
        if (!member.asleep && member.batcher != null) {
            member.batcher.tell(new Batcher.Join(session, bounds));
            return;
        }
        member.asleep = false;
        QueueLoad load = setup.overload().newQueue(name, isVital(member.expert));
        member.load = load;
        member.batcher = getContext()
                .spawn(
                        Batcher.create(bounds, session, load),
                        "batcher-" + sessionsStarted,
                        thread(member, "weir.stream-dispatcher"));
    }

    /** @param ofMany the dispatcher of an actor of an expert with several sessions */
    private DispatcherSelector thread(Member member, String ofMany) {
        return member.seats.size() == 1
                ? ExpertThread.of(member.expert.name(), getContext().getSystem())
                : DispatcherSelector.fromConfig(ofMany);
    }

    /** A windowed expert can be asked less often, where nobody insists on it; a streaming one reads every token. */
    private boolean isVital(BatchedExpert expert) {
        return expert instanceof StreamingExpert || setup.required().contains(expert.name());
    }

    private Behavior<Command> onBroken(Broken broken) {
        ExpertSession.Broke report = broken.report();
        return lost(report.expert(), report.session(), report.failures() + " runs in a row failed");
    }

    private Behavior<Command> onEnded(Ended ended) {
        return lost(ended.expert(), ended.session(), "its session crashed");
    }

    /** Does nothing about a session that is not at work any more. */
    private Behavior<Command> lost(String expert, ActorRef<ExpertSession.Command> session, String reason) {
        Member member = members.get(expert);
        Seat seat = member == null ? null : member.seatOf(session);
        if (member == null || seat == null) {
            return this;
        }
        dismiss(member, seat);
        getContext().getLog().error("expert {} on {}: {}", expert, seat.placement.label(), reason);
        if (seat != member.standIn) {
            openLater(member, seat);
        }
        boolean covered = member.hasSession() || (seat != member.standIn && standsIn(member));
        if (!covered) {
            putToSleep(member);
        }
        publish();
        return this;
    }

    private static void dismiss(Member member, Seat seat) {
        if (member.batcher != null && seat.session != null) {
            member.batcher.tell(new Batcher.Leave(seat.session));
        }
        seat.session = null;
    }

    private void openLater(Member member, Seat seat) {
        Duration pause = pause(seat);
        Reopen reopen = new Reopen(member.expert.name(), seat.number);
        getContext()
                .getLog()
                .info(
                        "expert {} on {}: to be opened again in {} s",
                        reopen.expert(),
                        seat.placement.label(),
                        pause.toSeconds());
        timers.startSingleTimer(reopen, reopen, pause);
    }

    /** Has the CPU take over from GPUs; false where that is not wanted or does not work. */
    private boolean standsIn(Member member) {
        return member.standIn != null && opened(member, member.standIn);
    }

    private void putToSleep(Member member) {
        member.asleep = true;
        if (member.batcher != null) {
            member.batcher.tell(new Batcher.Retire());
        }
        if (member.states != null) {
            member.states.close();
        }
        getContext().getLog().error("expert {}: asleep", member.expert.name());
    }

    private Behavior<Command> onReopen(Reopen reopen) {
        Member member = members.get(reopen.expert());
        if (member == null) {
            return this;
        }
        Seat seat = member.seats.get(reopen.seat());
        if (opened(member, seat)) {
            if (member.standIn != null) {
                dismiss(member, member.standIn);
            }
        } else {
            openLater(member, seat);
            if (member.asleep) {
                standsIn(member);
            }
        }
        publish();
        return this;
    }

    private boolean opened(Member member, Seat seat) {
        BatchedExpert expert = member.expert;
        try {
            ExpertRun run = setup.runs().open(expert, seat.placement, member.asleep ? null : member.states);
            if (member.asleep) {
                member.states = ExpertRuns.shared(run);
            }
            seat(member, seat, run);
            getContext().getLog().info("expert {} on {}: at work", expert.name(), seat.placement.label());
            return true;
        } catch (ExpertLoadException e) {
            getContext().getLog().error("expert {} on {}: {}", expert.name(), seat.placement.label(), e.problems());
            return false;
        }
    }

    private Behavior<Command> onPostStop() {
        for (Member member : members.values()) {
            if (!member.asleep && member.states != null) {
                member.states.close();
            }
        }
        return this;
    }

    private Behavior<Command> onWeigh(Weigh weigh) {
        version = weigh.version();
        publish();
        weigh.inForce().complete(null);
        return this;
    }

    private Duration pause(Seat seat) {
        Duration pause = setup.breaker().coolDown().multipliedBy(1L << Math.min(seat.tries, 20));
        seat.tries++;
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
            boolean awake = !member.asleep;
            if (member.expert instanceof StreamingExpert expert && member.states != null) {
                streaming.add(
                        new EnsembleSnapshot.Streaming(expert, member.states, member.batcher, member.load, awake));
            } else if (member.expert instanceof WindowedExpert expert) {
                windowed.add(new EnsembleSnapshot.Windowed(expert, member.batcher, member.load, awake));
            }
        }
        setup.published()
                .set(new EnsembleSnapshot(
                        version,
                        version.weights().ofNoTenant(),
                        setup.lexicon(),
                        setup.tokenizer(),
                        streaming,
                        windowed,
                        setup.ngrams()));
    }
}
