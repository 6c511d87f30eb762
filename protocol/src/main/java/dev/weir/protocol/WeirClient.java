package dev.weir.protocol;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moderates many texts over one WebSocket.
 *
 * <p><b>Threads.</b> Any thread may call the client and its streams. One daemon thread, {@code weir-client}, owns all
 * their state; listeners, subscribers and completions run there, so they must not block, and must not wait for anything
 * of the same client.
 *
 * <p><b>Reconnection.</b> A connection that is lost is opened again after a random wait of 0 to 5 s, whose bound
 * doubles to 60 s until the server is heard again. Open streams then send their text again from the start, with their
 * resume token; their readers see nothing twice. When the server says that trying again is in vain (see
 * {@link CloseCode#worthRetrying}, or a handshake refused with 4xx other than 408 and 429), all streams fail.
 *
 * <p><b>Closing.</b> {@link #close} fails the streams still open. End or cancel them first and wait for their outcomes
 * where that matters.
 */
public final class WeirClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WeirClient.class);

    private static final Duration IDLE = Duration.ofSeconds(2);

    private record PendingFeedback(ClientMessage.Feedback message, CompletableFuture<String> recorded) {}

    private final URI uri;
    private final ClientSettings settings;
    private final HttpClient http;
    private final Executor loop = serial();
    private final AtomicInteger names = new AtomicInteger();
    private final Connection.Owner owner = new Events();

    // From here on: the client's thread only.
    private final Map<String, ModeratedStream> streams = new LinkedHashMap<>();
    private final Map<String, PendingFeedback> feedback = new LinkedHashMap<>();
    private @Nullable Connection connection;
    private @Nullable String closed; // why nothing can be opened any more
    private int attempt;

    private WeirClient(URI uri, ClientSettings settings) {
        this.uri = uri;
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /**
     * One thread at a time, which ends by itself when it has had nothing to do for a while. It is never shut down, so a
     * task that comes after {@link #close} runs like any other and nobody ever waits for the thread to end.
     */
    private static Executor serial() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("weir-client").daemon().factory());
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /**
     * Connects to {@code ws://host:port/v1/stream}. Completes exceptionally when the first attempt fails; later losses
     * are repaired.
     */
    public static CompletionStage<WeirClient> connect(URI uri, ClientSettings settings) {
        WeirClient client = new WeirClient(uri, settings);
        return client.dial().handle((socket, failure) -> {
            if (failure != null) {
                client.close();
                throw new CompletionException(failure instanceof CompletionException ? failure.getCause() : failure);
            }
            return client;
        });
    }

    /** Opens a stream. Text may be sent at once; it waits for the connection and for credit. */
    public ModeratedStream open(StreamOptions options) {
        return open(options, message -> {});
    }

    /**
     * Opens a stream.
     *
     * @param listener sees every message about this stream, on the client's thread, before the stream acts on it
     */
    public ModeratedStream open(StreamOptions options, Consumer<ServerMessage> listener) {
        String wanted = options.stream();
        String name = wanted != null ? wanted : "s-" + names.incrementAndGet();
        ModeratedStream stream = new ModeratedStream(name, options, listener, loop, this::forget);
        loop.execute(() -> {
            if (closed != null) {
                stream.finish(new Outcome.Failed(null, closed, null));
            } else if (streams.containsKey(name)) {
                stream.finish(new Outcome.Failed(
                        ErrorCode.DUPLICATE_STREAM, "stream " + name + " is already open on this client", null));
            } else {
                streams.put(name, stream);
                if (connection != null) {
                    stream.attach(connection);
                }
            }
        });
        return stream;
    }

    /**
     * Sends a reviewer's judgement; sent again after a lost connection, recorded once.
     *
     * @return the receipt of the decision judged; completes exceptionally with {@link WeirException} when the server
     *     does not know it
     */
    public CompletionStage<String> feedback(ClientMessage.Feedback message) {
        CompletableFuture<String> recorded = new CompletableFuture<>();
        loop.execute(() -> {
            if (closed != null) {
                recorded.completeExceptionally(new WeirException(closed));
                return;
            }
            feedback.put(message.id(), new PendingFeedback(message, recorded));
            if (connection != null) {
                connection.send(message, () -> {});
            }
        });
        return recorded;
    }

    /** Fails the streams still open and says goodbye to the server; the client's thread then ends by itself. */
    @Override
    public void close() {
        loop.execute(() -> {
            Connection last = connection;
            if (closed == null) {
                giveUp("the client is closed");
            }
            if (last != null) {
                last.close(CloseCode.NORMAL);
            }
            http.shutdown(); // lets the close frame out, then ends; does not wait
        });
    }

    /** Calls a listener that is not ours; what it throws must not disturb other streams. */
    static void tell(Consumer<ServerMessage> listener, ServerMessage message) {
        try {
            listener.accept(message);
        } catch (RuntimeException e) {
            LOG.warn("a listener threw on {} of stream {}", message.type(), message.stream(), e);
        }
    }

    private void forget(ModeratedStream stream) {
        streams.remove(stream.name(), stream);
    }

    private CompletableFuture<WebSocket> dial() {
        WebSocket.Builder builder = http.newWebSocketBuilder()
                .connectTimeout(settings.connectTimeout())
                .subprotocols(settings.subprotocol().wireName());
        if (settings.token() != null) {
            builder.header("Authorization", "Bearer " + settings.token());
        }
        return builder.buildAsync(uri, new Connection(settings, loop, owner));
    }

    private void reconnectLater() {
        Duration wait = settings.backoff(attempt++);
        LOG.info("connection to {} lost; attempt {} in {} ms", uri, attempt, wait.toMillis());
        settings.timer()
                .after(
                        wait,
                        () -> loop.execute(() -> {
                            if (closed == null) {
                                var unused = dial().whenComplete((socket, failure) -> loop.execute(() -> {
                                    if (failure != null && closed == null) {
                                        onRefused(failure);
                                    }
                                }));
                            }
                        }));
    }

    private void onRefused(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            if (status >= 400 && status < 500 && status != 408 && status != 429) {
                giveUp("the server refused the connection with HTTP " + status);
                return;
            }
        }
        reconnectLater();
    }

    private void giveUp(String reason) {
        closed = reason;
        connection = null;
        for (ModeratedStream stream : new ArrayList<>(streams.values())) {
            stream.finish(new Outcome.Failed(null, reason, null));
        }
        for (PendingFeedback pending : feedback.values()) {
            pending.recorded.completeExceptionally(new WeirException(reason));
        }
        feedback.clear();
    }

    private final class Events implements Connection.Owner {

        @Override
        public void onConnected(Connection opened) {
            if (closed != null) {
                opened.close(CloseCode.NORMAL);
                return;
            }
            connection = opened;
            List.copyOf(streams.values()).forEach(stream -> stream.attach(opened));
            feedback.values().forEach(pending -> opened.send(pending.message, () -> {}));
        }

        @Override
        public void onLost(Connection lost, int status) {
            connection = null;
            List.copyOf(streams.values()).forEach(ModeratedStream::detach);
            boolean worthRetrying =
                    CloseCode.of(status).map(CloseCode::worthRetrying).orElse(true);
            if (closed != null) {
                return;
            }
            if (worthRetrying) {
                reconnectLater();
            } else {
                giveUp("the server closed the connection with " + status);
            }
        }

        @Override
        public void onMessage(ServerMessage message) {
            attempt = 0;
            tell(settings.listener(), message);
            String name = message.stream();
            if (name != null) {
                ModeratedStream stream = streams.get(name);
                if (stream != null) {
                    stream.onMessage(message);
                }
                return;
            }
            switch (message) {
                case ServerMessage.FeedbackRecorded done -> {
                    PendingFeedback pending = feedback.remove(done.id());
                    if (pending != null) {
                        pending.recorded.complete(done.receipt());
                    }
                }
                case ServerMessage.ErrorMessage error -> onConnectionError(error);
                default -> LOG.debug("{} without a stream", message.type());
            }
        }

        /** Feedback is answered in order and its errors carry no id, so an error without a stream is the oldest one's. */
        private void onConnectionError(ServerMessage.ErrorMessage error) {
            var oldest = feedback.values().iterator();
            if (oldest.hasNext()) {
                PendingFeedback refused = oldest.next();
                oldest.remove();
                refused.recorded.completeExceptionally(new WeirException(error.message()));
            } else {
                LOG.warn("the server answered {}: {}", error.code().wireName(), error.message());
            }
        }

        /** A newer server may say more than this client knows; what it knows and cannot read ends the stream. */
        @Override
        public void onUnreadable(ProtocolException fault) {
            attempt = 0;
            String name = fault.stream();
            ModeratedStream stream = name == null ? null : streams.get(name);
            if (fault.code() != ErrorCode.UNKNOWN_TYPE && stream != null) {
                stream.fail("unreadable answer: " + fault.getMessage());
            } else {
                LOG.debug("unreadable answer: {}", fault.getMessage());
            }
        }
    }
}
