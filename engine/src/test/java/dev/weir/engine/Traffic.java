package dev.weir.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The conversations of the demo over a real socket, word by word and again and again, so many at a time. */
final class Traffic implements AutoCloseable {

    private static final int TICK_MILLIS = 60;

    private static final class Reply {
        final List<String> words;
        final ModeratedStream stream;
        int sent;

        Reply(List<String> words, ModeratedStream stream) {
            this.words = words;
            this.stream = stream;
        }
    }

    private final WeirClient client;
    private final List<JsonNode> conversations;
    private final List<Reply> open = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private int begun;

    /** @param key of the streams */
    Traffic(int port, int streams, String key) throws IOException {
        client = WeirClient.connect(
                        URI.create("ws://127.0.0.1:" + port + "/v1/stream"),
                        ClientSettings.defaults().withToken(key))
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        try (InputStream in = Engine.class.getResourceAsStream("/demo/conversations.jsonl");
                MappingIterator<JsonNode> lines =
                        new ObjectMapper().readerFor(JsonNode.class).readValues(in)) {
            conversations = lines.readAll();
        }
        for (int i = 0; i < streams; i++) {
            Reply reply = begin();
            for (int word = 0; word < i % 5; word++) {
                send(reply);
            }
            open.add(reply);
        }
        thread.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Reply begin() {
        JsonNode conversation = conversations.get(begun++ % conversations.size());
        ModeratedStream stream = client.open(StreamOptions.defaults()
                .withMessages(List.of(
                        new PromptMessage("user", conversation.get("user").asText()))));
        return new Reply(List.of(conversation.get("reply").asText().split("(?<= )")), stream);
    }

    private void tick() {
        open.replaceAll(reply -> {
            if (reply.stream.outcome().toCompletableFuture().isDone()) {
                return begin(); // it was stopped
            }
            if (reply.sent == reply.words.size()) {
                reply.stream.end();
                return begin();
            }
            send(reply);
            return reply;
        });
    }

    private static void send(Reply reply) {
        reply.stream.send(reply.words.get(reply.sent++));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        client.close();
    }
}
