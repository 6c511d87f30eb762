package dev.weir.engine;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import com.typesafe.config.Config;
import dev.weir.engine.access.Allotments;
import dev.weir.engine.adaptation.LedgerHistory;
import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.calibration.MadeWith;
import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ensemble.EnsembleSupervisor;
import dev.weir.engine.ensemble.OpenExpert;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.SqlLedger;
import dev.weir.engine.live.LiveStreams;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.Log;
import dev.weir.engine.telemetry.Metric;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.engine.trace.Definitions;
import dev.weir.engine.trace.TraceSettings;
import dev.weir.engine.warmup.WarmUp;
import dev.weir.models.Device;
import dev.weir.models.Expert;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The moderation line without sockets: experts, streams and ledger in one actor system. Thread-safe. Owns every native
 * session; {@link #close()} ends the actors, and with them the sessions.
 */
public final class Engine implements AutoCloseable {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final long IDLE_CHECK_NANOS = 1_000_000;

    private final ActorSystem<Guardian.Command> system;
    private final Guardian.Begun actors;
    private final PrometheusMeterRegistry registry;
    private final Telemetry telemetry;
    private final SqlLedger ledger;
    private final WarmUp.Line warmUpLine;
    private final Overload overload;
    private final AtomicInteger openStreams;
    private volatile EngineSettings settings;
    private final List<Expert> experts;
    private final Supplier<EnsembleSnapshot> ensemble;
    private final LiveStreams live;

    private Engine(
            ActorSystem<Guardian.Command> system,
            Guardian.Begun actors,
            PrometheusMeterRegistry registry,
            Telemetry telemetry,
            SqlLedger ledger,
            WarmUp.Line warmUpLine,
            Overload overload,
            AtomicInteger openStreams,
            EngineSettings settings,
            List<Expert> experts,
            Supplier<EnsembleSnapshot> ensemble,
            LiveStreams live) {
        this.system = system;
        this.actors = actors;
        this.registry = registry;
        this.telemetry = telemetry;
        this.ledger = ledger;
        this.warmUpLine = warmUpLine;
        this.overload = overload;
        this.openStreams = openStreams;
        this.settings = settings;
        this.experts = List.copyOf(experts);
        this.ensemble = ensemble;
        this.live = live;
    }

    /**
     * Loads and warms the models and starts the actors; blocks until a stream could be opened. Everything is scored,
     * however late: only a server declares overload, whose readers wait.
     *
     * @param say is given the few lines that are worth telling whoever starts it
     */
    public static Engine start(Config config, Consumer<String> say) throws StartException {
        return start(config, say, Clock.systemUTC());
    }

    /** @param clock of the idle time-out and of the receipts */
    static Engine start(Config config, Consumer<String> say, Clock clock) throws StartException {
        EngineSettings settings = EngineSettings.from(config);
        return start(
                ActorSystemSetup.create(BootstrapSetup.create(config)),
                settings,
                Allotments.unlimited(),
                new Overload(settings.overload().off(), System::nanoTime),
                say,
                clock);
    }

    /**
     * @param setup of the actor system, with the configuration that {@code settings} were read from
     * @param allotments of the tenants
     */
    static Engine start(
            ActorSystemSetup setup,
            EngineSettings settings,
            Allotments allotments,
            Overload overload,
            Consumer<String> say,
            Clock clock)
            throws StartException {
        Log.write(settings.logFormat());
        Experts experts = Experts.open(settings, say);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Telemetry telemetry = Telemetry.open(registry, settings.spans(), Build.VERSION);
        ActorSystem<Guardian.Command> system = ActorSystem.create(Guardian.create(), "weir", setup);
        SqlLedger ledger;
        try {
            ledger = SqlLedger.open(settings.ledger(), telemetry, clock, say);
        } catch (UncheckedIOException e) {
            system.terminate();
            telemetry.close();
            experts.opened().forEach(OpenExpert::close);
            throw StartException.failed(List.of(String.valueOf(e.getMessage())));
        }
        settings.policies().values().forEach(policy -> ledger.define(Definitions.of(policy)));
        LedgerHistory history = LedgerHistory.open(ledger, settings.weights(), settings.basis(experts.chosen()));
        AtomicReference<EnsembleSnapshot> published = new AtomicReference<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        AtomicInteger openStreams = new AtomicInteger();
        describe(settings, experts.chosen(), telemetry);
        LiveStreams live = new LiveStreams();
        telemetry.gauge(
                Metric.DEVICE_FALLBACK,
                () -> experts.runs().isOnGpu() || settings.placement().device() != Device.AUTO ? 0 : 1);
        telemetry.gauge(Metric.STREAMS_OPEN, openStreams::get);
        telemetry.gauge(Metric.STREAMS_LIMIT, settings.stream()::maxStreams);
        telemetry.gauge(Metric.OVERLOAD_LEVEL, () -> overload.level().ordinal());
        telemetry.gauge(Metric.OVERLOAD_DELAY, overload::vitalDelaySeconds);
        EnsembleSupervisor.Setup ensemble = new EnsembleSupervisor.Setup(
                experts.opened(),
                experts.ngrams(),
                experts.runs(),
                experts.lexicon(),
                experts.tokenizer(),
                history.versions().getLast(),
                settings.breaker(),
                overload,
                settings.required(),
                telemetry,
                published,
                begun);
        Telemetry unread = new Telemetry(new SimpleMeterRegistry());
        Ledger none = SqlLedger.open(settings.ledger().withUrl(""), unread, clock, line -> {});
        StreamSupervisor.Setup stream = new StreamSupervisor.Setup(
                settings.stream(),
                settings.policies(),
                settings.defaultPolicy(),
                settings.cascade(),
                published::get,
                overload,
                ledger,
                settings.ledger().isKept() ? settings.traces() : TraceSettings.NONE,
                settings.keepingText(),
                telemetry,
                clock,
                allotments,
                openStreams,
                live,
                new StreamSupervisor.Setup.Unread(none, unread));
        CompletableFuture<Guardian.Begun> actors = new CompletableFuture<>();
        system.tell(new Guardian.Begin(
                ensemble,
                stream,
                stream.unkept(),
                supervisor -> new WeightsLearner.Setup(
                        settings.adaptation(),
                        settings.weighed(experts.chosen()),
                        settings.thresholds(),
                        settings.stopRule(),
                        history,
                        ledger,
                        settings.ledger().node(),
                        supervisor,
                        telemetry,
                        clock),
                actors));
        begun.join();
        return new Engine(
                system,
                actors.join(),
                registry,
                telemetry,
                ledger,
                new WarmUp.Line(actors.join().warmUp(), none, unread, clock),
                overload,
                openStreams,
                settings,
                experts.chosen(),
                published::get,
                live);
    }

    /** What runs, for whoever compares servers. */
    private static void describe(EngineSettings settings, List<Expert> experts, Telemetry telemetry) {
        telemetry.gauge(
                Metric.BUILD_INFO,
                () -> 1,
                "version",
                Build.VERSION,
                "java",
                Runtime.version().toString());
        experts.forEach(expert ->
                telemetry.gauge(Metric.EXPERT_INFO, () -> 1, "expert", expert.name(), "version", expert.version()));
        settings.required().forEach(telemetry::required);
        describePolicies(settings, telemetry);
    }

    private static void describePolicies(EngineSettings settings, Telemetry telemetry) {
        telemetry.withdraw(Metric.POLICY_INFO);
        settings.policies()
                .forEach((name, policy) -> telemetry.gauge(
                        Metric.POLICY_INFO,
                        () -> 1,
                        "policy",
                        name,
                        "version",
                        Integer.toString(policy.version()),
                        "mode",
                        policy.mode().wireName()));
    }

    /** Opens streams. */
    public ActorRef<StreamSupervisor.Command> streams() {
        return actors.streams();
    }

    /** Learns from reviews how far to trust each expert. */
    public ActorRef<WeightsLearner.Command> weights() {
        return actors.weights();
    }

    /** Where goes what nobody is to read. */
    StreamSupervisor.Setup.Unread unread() {
        return new StreamSupervisor.Setup.Unread(warmUpLine.ledger(), warmUpLine.telemetry());
    }

    /** The same experts, for streams of which nothing is kept once {@link #watch} was called. */
    WarmUp.Line warmUpLine() {
        return warmUpLine;
    }

    /**
     * Forgets what was played through {@link #warmUpLine()} and watches the load from now on. Blocks until the last of
     * it is over.
     *
     * @param carrying the dispatchers that text waits for, beside that of the streams
     */
    void watch(List<DispatcherSelector> carrying) {
        awaitDrained(warmUpLine.streams(), STOP_TIMEOUT);
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        while (!overload.isIdle() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(IDLE_CHECK_NANOS); // rows of streams that were stopped are scored all the same
        }
        telemetry.forgetRuns();
        overload.forget();
        system.tell(new Guardian.Watch(overload, carrying));
    }

    public Telemetry telemetry() {
        return telemetry;
    }

    public Ledger ledger() {
        return ledger;
    }

    /** The policies that a configuration puts in force, by name. */
    public static Map<String, Policy> policies(Config config) throws StartException {
        return EngineSettings.from(config).policies();
    }

    /** The policy of streams that name none. */
    public Policy defaultPolicy() {
        return Objects.requireNonNull(settings.policies().get(settings.defaultPolicy()));
    }

    /** What the running risk of that policy is made with. */
    public MadeWith madeWith() {
        return settings.madeWith(defaultPolicy(), experts);
    }

    /**
     * Decides streams that open from now on by other policies. Blocks until they do.
     *
     * @return whether they are other ones than before
     * @throws StartException when they cannot be put in force without a restart; then nothing has changed
     */
    boolean decideBy(EngineSettings next) throws StartException {
        if (!settings.required().containsAll(next.required())) {
            throw StartException.wrongSettings(List.of("weir.policies: requires experts " + next.required()
                    + " (expected: of those required at the start, " + settings.required() + "; or a restart)"));
        }
        Experts.checkCalibrations(next, experts, line -> {});
        if (settings.basis(experts).equals(next.basis(experts))
                && settings.keepingText().equals(next.keepingText())
                && settings.defaultPolicy().equals(next.defaultPolicy())) {
            return false;
        }
        next.policies().values().forEach(policy -> ledger.define(Definitions.of(policy)));
        CompletableFuture<Void> weighed = new CompletableFuture<>();
        actors.weights()
                .tell(new WeightsLearner.Rebase(
                        next.thresholds(),
                        next.stopRule(),
                        LedgerHistory.open(ledger, next.weights(), next.basis(experts)),
                        weighed));
        weighed.orTimeout(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
        CompletableFuture<Void> decided = new CompletableFuture<>();
        actors.streams()
                .tell(new StreamSupervisor.DecideBy(
                        next.policies(), next.defaultPolicy(), next.keepingText(), decided));
        decided.orTimeout(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
        settings = next;
        describePolicies(next, telemetry);
        return true;
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Who scores now, and how far each is trusted. */
    Supplier<EnsembleSnapshot> ensemble() {
        return ensemble;
    }

    /** Those open now, for whoever watches. */
    LiveStreams live() {
        return live;
    }

    /** Policies with their stop thresholds as configured, by name. */
    Map<String, StopThresholds> thresholds() {
        return settings.thresholds();
    }

    public int openStreams() {
        return openStreams.get();
    }

    /** Takes no new streams and waits for the open ones; false when some were still open after {@code timeout}. */
    public boolean drain(Duration timeout) {
        return awaitDrained(actors.streams(), timeout);
    }

    private boolean awaitDrained(ActorRef<StreamSupervisor.Command> streams, Duration timeout) {
        try {
            AskPattern.ask(streams, StreamSupervisor.Drain::new, timeout, system.scheduler())
                    .toCompletableFuture()
                    .join();
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        ledger.close(); // last, so that what streams say in going is kept
        telemetry.close();
    }
}
