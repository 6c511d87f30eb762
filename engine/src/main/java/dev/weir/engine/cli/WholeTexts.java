package dev.weir.engine.cli;

import akka.actor.typed.ActorRef;
import dev.weir.engine.stream.StreamListener;
import dev.weir.engine.stream.StreamSession;
import dev.weir.engine.stream.StreamSummary;
import dev.weir.engine.stream.StreamSupervisor;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Sends texts that are already complete through a running engine, the way a connection would, within their credit. */
final class WholeTexts {

    /** How a text came out: the stream in numbers, and the message that ended it. */
    record Finished(StreamSummary summary, ServerMessage terminal) {}

    /** Told each running risk of one text in turn, in monitor mode, while it runs. */
    @FunctionalInterface
    interface Risks {

        /** For those who want to know only how a text came out. */
        Risks IGNORED = (tokens, at, risks) -> {};

        /** @see StreamListener#scored */
        void scored(int tokens, int at, double[] risks);
    }

    private final ActorRef<StreamSupervisor.Command> streams;
    private final AtomicLong names = new AtomicLong();

    WholeTexts(ActorRef<StreamSupervisor.Command> streams) {
        this.streams = streams;
    }

    /**
     * Moderates one text; any number may run at once.
     *
     * @param prompt what the text answers; null for none
     * @return fails with {@link IOException} when the engine refuses or breaks off the stream
     */
    CompletableFuture<Finished> run(Mode mode, @Nullable String prompt, String text) {
        return run(mode, prompt, text, Risks.IGNORED);
    }

    /** @param risks called by the text's actor, one call at a time */
    CompletableFuture<Finished> run(Mode mode, @Nullable String prompt, String text, Risks risks) {
        List<PromptMessage> messages = prompt == null ? List.of() : List.of(new PromptMessage("user", prompt));
        OpenStream open = new OpenStream(
                "text-" + names.incrementAndGet(),
                null,
                mode,
                Units.CODEPOINT,
                null,
                OpenStream.DEFAULT_CHANNEL,
                messages,
                Map.of(),
                null);
        OneText one = new OneText(text, risks);
        streams.tell(new StreamSupervisor.Open(open, one));
        return one.finished;
    }

    /** Called by one stream's actor, one call at a time. */
    private static final class OneText implements StreamListener {

        private final String text;
        private final Risks risks;
        private final CompletableFuture<Finished> finished = new CompletableFuture<>();
        private int sent; // chars
        private @Nullable ActorRef<StreamSession.Command> session;
        private @Nullable StreamSummary summary;

        OneText(String text, Risks risks) {
            this.text = text;
            this.risks = risks;
        }

        @Override
        public void started(String stream, ActorRef<StreamSession.Command> actor) {
            session = actor;
        }

        @Override
        public void scored(String stream, int tokens, int at, double[] running) {
            risks.scored(tokens, at, running);
        }

        @Override
        public void finished(String stream, StreamSummary numbers) {
            summary = numbers;
        }

        @Override
        public void send(ServerMessage message) {
            if (message.isTerminal()) {
                onTerminal(message);
            } else if (message instanceof ServerMessage.Opened opened) {
                sendUpTo(opened.credit());
            } else if (message instanceof ServerMessage.Credit credit) {
                sendUpTo(credit.add());
            }
        }

        private void sendUpTo(int codePoints) {
            ActorRef<StreamSession.Command> to = session;
            if (to == null || (sent == text.length() && sent > 0)) {
                return;
            }
            int left = text.codePointCount(sent, text.length());
            int until = left <= codePoints ? text.length() : text.offsetByCodePoints(sent, codePoints);
            if (until > sent) {
                to.tell(new StreamSession.Text(text.substring(sent, until), null));
                sent = until;
            }
            if (sent == text.length()) {
                to.tell(new StreamSession.End(null));
            }
        }

        private void onTerminal(ServerMessage message) {
            if (message instanceof ServerMessage.ErrorMessage error) {
                finished.completeExceptionally(new IOException(error.code().wireName() + ": " + error.message()));
            } else if (summary == null) {
                finished.completeExceptionally(new IOException("the stream ended without its numbers"));
            } else {
                finished.complete(new Finished(summary, message));
            }
        }
    }
}
