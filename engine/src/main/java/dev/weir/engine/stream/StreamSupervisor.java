package dev.weir.engine.stream;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.weir.engine.access.Allotment;
import dev.weir.engine.access.Allotments;
import dev.weir.engine.access.Caller;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.live.LiveStream;
import dev.weir.engine.live.LiveStreams;
import dev.weir.engine.overload.Level;
import dev.weir.engine.overload.Overload;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.engine.trace.TraceSettings;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens streams, or refuses them with the reason, and knows how many are open. */
public final class StreamSupervisor extends AbstractBehavior<StreamSupervisor.Command> {

    public sealed interface Command {}

    /**
     * Answered through the listener: it is given the stream's actor, or a final error.
     *
     * @param caller whose stream it is
     * @param backlog kept up to date by the stream
     * @param isUnattended whether nobody reads while it goes on, in whatever mode: its rows wait for those of all others
     */
    public record Open(
            OpenStream request, Caller caller, StreamListener listener, Backlog backlog, boolean isUnattended)
            implements Command {

        /** A stream that somebody attends to. */
        public Open(OpenStream request, Caller caller, StreamListener listener, Backlog backlog) {
            this(request, caller, listener, backlog, false);
        }

        /** A stream of the command line, which is nobody's in particular. */
        public Open(OpenStream request, StreamListener listener) {
            this(request, Caller.ANYBODY, listener, new Backlog());
        }
    }

    /** No new streams from now on; answered when the last open one is over. */
    public record Drain(ActorRef<Drained> replyTo) implements Command {}

    public record Drained() {}

    /** Field of an error that says what a tenant has too much of, where the server would have room. */
    public static final String OF_TENANT = "tenant";

    /** Streams that open from now on are decided by these policies. */
    public record DecideBy(
            Map<String, Policy> policies, String defaultPolicy, Set<String> keepingText, CompletableFuture<Void> done)
            implements Command {}

    private record StreamOver(Allotment tenant) implements Command {}

    /**
     * What streams are opened with.
     *
     * @param policies by name
     * @param defaultPolicy of streams that name none
     * @param ensemble read when a stream opens
     * @param keepingText names of the policies whose streams' texts the ledger is to have
     * @param allotments of the tenants
     * @param openStreams kept up to date for whoever reports it
     * @param live for whoever watches
     * @param unread of streams that are decided like any other and leave no trace
     */
    public record Setup(
            StreamSettings settings,
            Map<String, Policy> policies,
            String defaultPolicy,
            CascadeSettings cascade,
            Supplier<EnsembleSnapshot> ensemble,
            Overload overload,
            Ledger ledger,
            TraceSettings traces,
            Set<String> keepingText,
            Telemetry telemetry,
            Clock clock,
            Allotments allotments,
            AtomicInteger openStreams,
            LiveStreams live,
            Unread unread) {

        /** Where goes what nobody is to read. */
        public record Unread(Ledger ledger, Telemetry telemetry) {}

        /** For streams that are decided like any other and counted apart. */
        public Setup unkept() {
            return new Setup(
                    settings,
                    policies,
                    defaultPolicy,
                    cascade,
                    ensemble,
                    overload,
                    unread.ledger(),
                    traces,
                    keepingText,
                    unread.telemetry(),
                    clock,
                    Allotments.unlimited(),
                    new AtomicInteger(),
                    new LiveStreams(),
                    unread);
        }

        private Setup with(DecideBy next) {
            return new Setup(
                    settings,
                    next.policies(),
                    next.defaultPolicy(),
                    cascade,
                    ensemble,
                    overload,
                    ledger,
                    traces,
                    next.keepingText(),
                    telemetry,
                    clock,
                    allotments,
                    openStreams,
                    live,
                    unread);
        }
    }

    public static Behavior<Command> create(Setup setup) {
        return Behaviors.setup(context -> new StreamSupervisor(context, setup));
    }

    private Setup setup;
    private final SecureRandom random = new SecureRandom();
    private final ResumeTokens resumeTokens = ResumeTokens.withRandomKey(random);
    private final Conversations conversations;
    private @Nullable ActorRef<Drained> drainer;

    private StreamSupervisor(ActorContext<Command> context, Setup setup) {
        super(context);
        this.setup = setup;
        this.conversations = new Conversations(
                setup.settings().maxConversations(), setup.settings().conversationMemory());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Open.class, this::onOpen)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(DecideBy.class, this::onDecideBy)
                .onMessage(StreamOver.class, over -> onStreamOver(over.tenant()))
                .build();
    }

    private Behavior<Command> onOpen(Open open) {
        try {
            return openOrRefuse(open);
        } catch (RuntimeException e) {
            getContext().getLog().error("a stream could not be opened", e);
            refuse(
                    open,
                    new ServerMessage.ErrorMessage(
                            open.request().stream(), ErrorCode.INTERNAL, true, "the stream could not be opened"));
            return this;
        }
    }

    private Behavior<Command> openOrRefuse(Open open) {
        Caller caller = open.caller();
        Allotment tenant = setup.allotments().of(caller.tenant());
        Optional<ServerMessage.ErrorMessage> refusal = refusal(open.request(), caller, tenant);
        if (refusal.isPresent()) {
            refuse(open, refusal.get());
            return this;
        }
        OpenStream request = open.request();
        EnsembleSnapshot ensemble = setup.ensemble().get().forTenant(caller.tenant());
        Policy policy = ensemble.version().inForce(policy(request, caller).orElseThrow());
        Optional<ResumeTokens.Identity> found = identity(request, caller, policy, ensemble);
        if (found.isEmpty()) {
            refuse(
                    open,
                    new ServerMessage.ErrorMessage(
                            request.stream(),
                            ErrorCode.RESUME_UNAVAILABLE,
                            true,
                            "resume",
                            "this server does not hold the versions the stream was decided with; open it anew",
                            null));
            return this;
        }
        ResumeTokens.Identity identity = found.get();
        if (!tenant.beginStream()) {
            refuse(
                    open,
                    new ServerMessage.ErrorMessage(
                            request.stream(),
                            ErrorCode.TOO_MANY_STREAMS,
                            true,
                            OF_TENANT,
                            "the tenant has " + tenant.maxStreams() + " streams open, as many as it may",
                            null));
            return this;
        }
        Setup kept = caller.isCanary() ? setup.unkept() : setup;
        StreamContext stream = new StreamContext(
                request,
                open.isUnattended(),
                caller.tenant(),
                tenant,
                open.listener(),
                open.backlog(),
                setup.settings(),
                policy,
                mode(request, policy),
                ensemble,
                setup.cascade(),
                identity,
                resumeTokens.sign(identity),
                conversations,
                kept.ledger(),
                kept.traces(),
                kept.keepingText().contains(policy.name()),
                live(kept, request, caller, identity, policy),
                kept.telemetry());
        getContext()
                .watchWith(
                        getContext()
                                .spawnAnonymous(
                                        StreamSession.create(stream, setup.clock()),
                                        open.listener().dispatcher()),
                        new StreamOver(tenant));
        setup.openStreams().incrementAndGet();
        return this;
    }

    private void refuse(Open open, ServerMessage.ErrorMessage why) {
        setup.telemetry().streamRefused(why.code());
        open.listener().send(why);
    }

    private static LiveStream live(
            Setup kept, OpenStream request, Caller caller, ResumeTokens.Identity identity, Policy policy) {
        return kept.live()
                .open(new LiveStream.About(
                        caller.tenant(),
                        identity.streamUid(),
                        request.stream(),
                        request.channel(),
                        policy.id(),
                        mode(request, policy),
                        identity.openedMillis()));
    }

    private Optional<ServerMessage.ErrorMessage> refusal(OpenStream request, Caller caller, Allotment tenant) {
        if (drainer != null) {
            return refuse(request, ErrorCode.DRAINING, null, "the server takes no new streams");
        }
        if (request.policy() != null && !caller.mayName(request.policy())) {
            return refuse(
                    request,
                    ErrorCode.FORBIDDEN,
                    "policy",
                    "policy \"" + request.policy() + "\" (expected: one that the credential allows, "
                            + caller.policies() + ")");
        }
        Optional<Policy> policy = policy(request, caller);
        if (policy.isEmpty()) {
            return refuse(
                    request,
                    ErrorCode.UNKNOWN_POLICY,
                    "policy",
                    "policy \"" + policyName(request, caller) + "\" (expected: one of "
                            + setup.policies().keySet() + ")");
        }
        Mode mode = mode(request, policy.get());
        if (!caller.mayAsk(mode)) {
            return refuse(
                    request,
                    ErrorCode.FORBIDDEN,
                    "mode",
                    "mode " + mode.wireName() + " (expected: "
                            + caller.weakestMode().wireName() + ", as the credential demands, or a stricter one)");
        }
        int promptLength = 0;
        for (PromptMessage message : request.messages()) {
            promptLength +=
                    message.content().codePointCount(0, message.content().length());
        }
        if (promptLength > OpenStream.MAX_PROMPT_CODE_POINTS) {
            return refuse(
                    request,
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "messages",
                    "messages of " + promptLength + " code points (expected: at most "
                            + OpenStream.MAX_PROMPT_CODE_POINTS + ")");
        }
        if (setup.openStreams().get() >= setup.settings().maxStreams()) {
            return overloaded(
                    request, setup.settings().maxStreams() + " streams are open, as many as this server takes");
        }
        if (tenant.tokensOwedMillis() > 0) {
            return Optional.of(new ServerMessage.ErrorMessage(
                    request.stream(),
                    ErrorCode.OVERLOADED,
                    true,
                    OF_TENANT,
                    "the tenant's streams have had more tokens than are its",
                    (int) tenant.tokensOwedMillis()));
        }
        if (setup.overload().level() == Level.REFUSING) {
            return overloaded(request, "the streams that are open take all the time this server has");
        }
        return Optional.empty();
    }

    private Optional<ServerMessage.ErrorMessage> overloaded(OpenStream request, String message) {
        return Optional.of(new ServerMessage.ErrorMessage(
                request.stream(),
                ErrorCode.OVERLOADED,
                true,
                null,
                message,
                setup.overload().retryAfterMillis(random.nextDouble())));
    }

    private static Optional<ServerMessage.ErrorMessage> refuse(
            OpenStream request, ErrorCode code, @Nullable String field, String message) {
        return Optional.of(new ServerMessage.ErrorMessage(request.stream(), code, true, field, message, null));
    }

    private Optional<Policy> policy(OpenStream request, Caller caller) {
        return Optional.ofNullable(setup.policies().get(policyName(request, caller)));
    }

    private String policyName(OpenStream request, Caller caller) {
        if (request.policy() != null) {
            return request.policy();
        }
        return caller.policies().isEmpty()
                ? setup.defaultPolicy()
                : caller.policies().getFirst();
    }

    private static Mode mode(OpenStream request, Policy policy) {
        return request.mode() == null ? policy.mode() : request.mode();
    }

    /** A new identity, or the one that is resumed; empty when that is not ours or was decided with other versions. */
    private Optional<ResumeTokens.Identity> identity(
            OpenStream request, Caller caller, Policy policy, EnsembleSnapshot ensemble) {
        long weights = ensemble.weights().version();
        if (request.resume() == null) {
            byte[] uid = new byte[16];
            random.nextBytes(uid);
            return Optional.of(new ResumeTokens.Identity(
                    Base64.getUrlEncoder().withoutPadding().encodeToString(uid),
                    caller.tenant(),
                    setup.clock().millis(),
                    policy.id(),
                    weights,
                    carried(request, caller)));
        }
        return resumeTokens
                .verify(request.resume())
                .filter(identity -> identity.tenant().equals(caller.tenant()))
                .filter(identity -> identity.policy().equals(policy.id()) && identity.ensemble() == weights);
    }

    private double carried(OpenStream request, Caller caller) {
        return request.conversation() == null
                ? 0
                : conversations.carried(
                        caller.tenant(), request.conversation(), setup.clock().millis());
    }

    private Behavior<Command> onDecideBy(DecideBy next) {
        setup = setup.with(next);
        next.done().complete(null);
        return this;
    }

    private Behavior<Command> onDrain(Drain drain) {
        drainer = drain.replyTo();
        return answerWhenDrained();
    }

    private Behavior<Command> onStreamOver(Allotment tenant) {
        tenant.endStream();
        setup.openStreams().decrementAndGet();
        return answerWhenDrained();
    }

    private Behavior<Command> answerWhenDrained() {
        if (drainer != null && setup.openStreams().get() == 0) {
            drainer.tell(new Drained());
        }
        return this;
    }
}
