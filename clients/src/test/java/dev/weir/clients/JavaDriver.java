package dev.weir.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.WeirClient;
import dev.weir.protocol.WireName;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The Java client with its user, in the test's own process. */
final class JavaDriver extends Driver {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Subprotocol subprotocol;
    private final BlockingQueue<Runnable> reconnections = new LinkedBlockingQueue<>();
    private final Map<String, ModeratedStream> streams = new HashMap<>();
    private WeirClient client;

    JavaDriver(Subprotocol subprotocol) {
        this.subprotocol = subprotocol;
    }

    @Override
    void tell(JsonNode action) {
        String stream = action.path("stream").asText();
        switch (action.path("do").asText()) {
            case "connect" -> connect(action);
            case "open" -> open(action);
            case "send" ->
                streams.get(stream)
                        .send(action.path("text").asText())
                        .thenAccept(taken -> report(about(stream).put("taken", taken)));
            case "flush" -> streams.get(stream).flush();
            case "end" -> streams.get(stream).end();
            case "cancel" -> streams.get(stream).cancel();
            case "feedback" -> feedback(action);
            case "reconnect" -> reconnect();
            case "sync" -> report(NODES.objectNode().put("synced", true));
            case "close" -> client.close();
            default -> throw new IllegalArgumentException(action.toString());
        }
    }

    private void connect(JsonNode action) {
        ClientSettings settings = ClientSettings.defaults()
                .withSubprotocol(subprotocol)
                .withRandom(new Halfway())
                .withPingInterval(Duration.ofMillis(200)) // finds out lost connections soon
                .withTimer(this::onWait);
        if (action.has("silence")) {
            settings = settings.withSilenceTimeout(
                    Duration.ofMillis(action.path("silence").asInt()));
        }
        if (action.has("token")) {
            settings = settings.withToken(action.path("token").asText());
        }
        var unused = WeirClient.connect(URI.create(action.path("url").asText()), settings)
                .whenComplete((connected, failure) -> {
                    client = connected;
                    report(NODES.objectNode().put("connected", failure == null));
                });
    }

    private void onWait(Duration wait, Runnable reconnection) {
        reconnections.add(reconnection);
        report(NODES.objectNode().put("waits", wait.toMillis()));
    }

    private void reconnect() {
        try {
            reconnections.poll(20, TimeUnit.SECONDS).run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void open(JsonNode action) {
        String name = action.path("stream").asText();
        StreamOptions options = StreamOptions.defaults().withStream(name);
        if (action.has("mode")) {
            options = options.withMode(
                    WireName.parse(Mode.class, action.path("mode").asText()).orElseThrow());
        }
        if (action.has("policy")) {
            options = options.withPolicy(action.path("policy").asText());
        }
        if (action.has("conversation")) {
            options = options.withConversation(action.path("conversation").asText());
        }
        if (action.has("channel")) {
            options = options.withChannel(action.path("channel").asText());
        }
        if (action.has("messages")) {
            List<PromptMessage> messages = new ArrayList<>();
            action.path("messages")
                    .forEach(message -> messages.add(new PromptMessage(
                            message.path("role").asText(),
                            message.path("content").asText())));
            options = options.withMessages(messages);
        }
        if (action.has("meta")) {
            Map<String, String> meta = new HashMap<>();
            action.path("meta")
                    .properties()
                    .forEach(label -> meta.put(label.getKey(), label.getValue().asText()));
            options = options.withMeta(meta);
        }
        ModeratedStream stream = client.open(options);
        streams.putIfAbsent(name, stream);
        stream.released().subscribe(new Reader(name));
        stream.outcome().thenAccept(outcome -> report(about(name).set("outcome", fields(outcome))));
    }

    private void feedback(JsonNode action) {
        String id = action.path("id").asText();
        List<String> categories = new ArrayList<>();
        action.path("categories").forEach(category -> categories.add(category.asText()));
        client.feedback(new ClientMessage.Feedback(
                        id,
                        action.path("receipt").asText(),
                        WireName.parse(
                                        ClientMessage.FeedbackVerdict.class,
                                        action.path("verdict").asText())
                                .orElseThrow(),
                        categories))
                .whenComplete((receipt, failure) -> report(
                        failure == null
                                ? NODES.objectNode().put("recorded", id).put("receipt", receipt)
                                : NODES.objectNode().put("refused", id)));
    }

    private static ObjectNode about(String stream) {
        return NODES.objectNode().put("stream", stream);
    }

    private static ObjectNode fields(Outcome outcome) {
        try {
            return switch (outcome) {
                case Outcome.Ended ended ->
                    read(JsonCodec.encode(ended.message())).put("kind", "ended");
                case Outcome.Stopped stopped ->
                    read(JsonCodec.encode(stopped.message())).put("kind", "stopped");
                case Outcome.Failed failed ->
                    NODES.objectNode()
                            .put("kind", "failed")
                            .put(
                                    "code",
                                    failed.code() == null ? null : failed.code().wireName())
                            .put("message", failed.message())
                            .put("retryAfterMs", failed.retryAfterMs());
            };
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new CompletionException(e);
        }
    }

    private static ObjectNode read(String json) throws com.fasterxml.jackson.core.JsonProcessingException {
        return (ObjectNode) Transcript.JSON.readTree(json);
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }

    private final class Reader implements Flow.Subscriber<String> {

        private final String stream;

        Reader(String stream) {
            this.stream = stream;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String piece) {
            report(about(stream).put("text", piece));
        }

        @Override
        public void onError(Throwable failure) {
            report(about(stream).put("read", "failed"));
        }

        @Override
        public void onComplete() {
            report(about(stream).put("read", "all"));
        }
    }

    /** Draws the middle of every range, so that waits can be foretold. */
    private static final class Halfway implements RandomGenerator {
        @Override
        public long nextLong() {
            return Long.MIN_VALUE;
        }

        @Override
        public double nextDouble() {
            return 0.5;
        }
    }
}
