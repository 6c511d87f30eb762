package dev.weir.engine.relay;

import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Caller;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.stream.Backlog;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.engine.telemetry.ParentSpan;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one reply, which share a conversation. They are kept awake as long as the reply goes on: a model may
 * think for long in one of them while another waits. On the event loop of the exchange.
 */
final class ReplyTexts implements Choice.Texts {

    private final ActorRef<StreamSupervisor.Command> supervisor;
    private final RelaySettings settings;
    private final Caller caller;
    private final Exchange exchange;
    private final ModeratedText.Reader reader;
    private final Common common;
    private final List<ModeratedText> texts = new ArrayList<>();
    private final Future<?> waking;

    /**
     * What the texts have in common.
     *
     * @param id of the reply
     * @param context what texts are read with that are not opened with messages
     * @param sayJson whether what the choices say is JSON
     * @param parent of their spans
     */
    record Common(
            String id,
            List<PromptMessage> context,
            boolean sayJson,
            @Nullable ParentSpan parent) {}

    /** @param idleTimeout of a stream */
    ReplyTexts(
            ActorRef<StreamSupervisor.Command> supervisor,
            RelaySettings settings,
            Caller caller,
            Exchange exchange,
            ModeratedText.Reader reader,
            Common common,
            Duration idleTimeout) {
        this.supervisor = supervisor;
        this.settings = settings;
        this.caller = caller;
        this.exchange = exchange;
        this.reader = reader;
        this.common = common;
        long nanos = idleTimeout.toNanos() / 4;
        this.waking = exchange.eventLoop()
                .scheduleAtFixedRate(() -> texts.forEach(ModeratedText::stayAwake), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public ModeratedText open(int choice, Channel channel, String key, boolean json) {
        return open(choice, channel, json || (common.sayJson() && key.equals(ReplyFields.CONTENT)), common.context());
    }

    /** @param messages moderated as the text's prompt */
    ModeratedText open(int choice, Channel channel, boolean json, List<PromptMessage> messages) {
        return open(
                channel.wireName(choice), newText(choice, json), settings.policy(), null, common.id(), messages, false);
    }

    /** A text of which there is only a prompt: what the request says beside its own. */
    ModeratedText beside(List<PromptMessage> messages) {
        String policy = settings.fieldsPolicy().isEmpty() ? settings.policy() : settings.fieldsPolicy();
        return open(OpenStream.DEFAULT_CHANNEL, newText(0, false), policy, null, common.id(), messages, false);
    }

    /** A text of its own, which nobody attends to, scored to its end unless its owner may not ask for that. */
    ModeratedText score(int number) {
        return open(
                OpenStream.DEFAULT_CHANNEL,
                newText(number, false),
                settings.policy(),
                caller.mayAsk(Mode.MONITOR) ? Mode.MONITOR : Mode.GATE,
                null,
                List.of(),
                true);
    }

    private ModeratedText newText(int choice, boolean json) {
        return new ModeratedText(exchange, reader, common.parent(), choice, json);
    }

    private ModeratedText open(
            String channel,
            ModeratedText text,
            String policy,
            @Nullable Mode mode,
            @Nullable String conversation,
            List<PromptMessage> messages,
            boolean isUnattended) {
        OpenStream open = new OpenStream(
                common.id() + "/" + texts.size(),
                policy.isEmpty() ? null : policy,
                mode,
                Units.UTF16,
                conversation,
                channel,
                messages,
                Map.of(),
                null);
        texts.add(text);
        supervisor.tell(new StreamSupervisor.Open(open, caller, text, new Backlog(), isUnattended));
        return text;
    }

    /** Whether what came is more than the streams have taken. */
    boolean areBehind() {
        return texts.stream().anyMatch(ModeratedText::isBehind);
    }

    /** Nobody wants the rest. */
    void cancel() {
        waking.cancel(false);
        texts.forEach(ModeratedText::cancel);
    }

    /** Nobody is left to be told. */
    void abandon() {
        waking.cancel(false);
        texts.forEach(ModeratedText::abandon);
    }
}
