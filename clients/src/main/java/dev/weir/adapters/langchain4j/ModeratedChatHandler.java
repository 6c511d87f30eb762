package dev.weir.adapters.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.weir.adapters.StoppedException;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a streaming model and a handler, which sees only what a reader may see: the released text piece by
 * piece, and at the end a response with that text in place of the model's. A stop is an error,
 * {@link StoppedException}, and cancels the model's request.
 *
 * <p>The model's thread waits until the server has taken each piece, which slows the model to what can be scored. Text
 * only: thinking is not passed on, and a tool call fails the reply, because nothing here moderates them.
 */
public final class ModeratedChatHandler implements StreamingChatResponseHandler {

    private final ModeratedStream stream;
    private final StreamingChatResponseHandler handler;
    private final StringBuilder shown = new StringBuilder(); // the client's thread only
    private volatile @Nullable ChatResponse response;
    private volatile @Nullable Throwable broken;

    public ModeratedChatHandler(WeirClient client, StreamOptions options, StreamingChatResponseHandler handler) {
        this.handler = handler;
        this.stream = client.open(options.withMode(Mode.GATE));
        stream.released().subscribe(new Reader());
    }

    @Override
    public void onPartialResponse(String piece) {
        if (broken == null) {
            var unused = stream.send(piece).toCompletableFuture().join();
        }
    }

    @Override
    public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
        if (broken != null || !stream.send(piece.text()).toCompletableFuture().join()) {
            context.streamingHandle().cancel();
        }
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
        onError(new UnsupportedOperationException("a tool call is not moderated here (expected: text only)"));
    }

    @Override
    public void onCompleteResponse(ChatResponse whole) {
        if (whole.aiMessage().hasToolExecutionRequests()) {
            onError(new UnsupportedOperationException("a tool call is not moderated here (expected: text only)"));
        } else if (broken == null) {
            response = whole;
            stream.end();
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (broken == null) {
            broken = failure;
            stream.cancel();
        }
    }

    private void finish(Outcome outcome) {
        Throwable failure = broken;
        ChatResponse whole = response;
        if (failure != null) {
            handler.onError(failure);
        } else if (outcome instanceof Outcome.Stopped stopped) {
            handler.onError(new StoppedException(stopped.message()));
        } else if (whole != null) {
            handler.onCompleteResponse(ChatResponse.builder()
                    .aiMessage(AiMessage.from(shown.toString()))
                    .metadata(whole.metadata())
                    .build());
        }
    }

    private final class Reader implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String piece) {
            shown.append(piece);
            handler.onPartialResponse(piece);
        }

        @Override
        public void onError(Throwable failure) {
            broken = failure;
            handler.onError(failure);
        }

        @Override
        public void onComplete() {
            stream.outcome().thenAccept(ModeratedChatHandler.this::finish);
        }
    }
}
