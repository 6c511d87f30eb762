package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.WeirClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole line over a real socket: frame in, tokens, batch, model, mixture, decision, frame out. */
@ParameterizedClass
@EnumSource(Subprotocol.class)
class LineTest {

    @Parameter
    Subprotocol subprotocol;

    private Server server;
    private WeirClient client;

    @BeforeEach
    void start() throws StartException {
        server = Server.start(Engines.config(""), line -> {});
        client = within(WeirClient.connect(
                URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream"),
                ClientSettings.defaults().withSubprotocol(subprotocol)));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void aHarmlessReplyComesOutAsItWentIn() {
        String text = "Water boils at 100 °C at sea level. On a mountain it boils sooner, because the air is thin. 😀";
        Played played = play(StreamOptions.defaults().withMode(Mode.GATE), text);
        assertThat(played.shown()).isEqualTo(text);
        assertThat(played.outcome()).isInstanceOf(Outcome.Ended.class);
    }

    @Test
    void aCardNumberIsReplacedBeforeAnyoneReadsIt() {
        Played played = play(
                StreamOptions.defaults().withMode(Mode.GATE), "Sure. The card is 4111 1111 1111 1111, as you asked.");
        assertThat(played.shown()).isEqualTo("Sure. The card is [card number], as you asked.");
    }

    @Test
    void aStreamOfInsultsIsStopped() {
        Played played = play(
                StreamOptions.defaults().withMode(Mode.GATE),
                "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of trash. "
                        + "Everyone laughs at you behind your back, you disgusting moron. "
                        + "I will find you and I will kill you, you worthless piece of garbage.");
        assertThat(played.outcome()).isInstanceOfSatisfying(Outcome.Stopped.class, stopped -> {
            assertThat(stopped.message().at()).isPositive();
            assertThat(stopped.message().receipt()).hasSize(26);
            assertThat(played.shown().length())
                    .isLessThanOrEqualTo(stopped.message().released());
        });
    }

    @Test
    void thePromptIsScoredBeforeTheReply() {
        List<ServerMessage> messages = new ArrayList<>();
        ModeratedStream stream = client.open(
                StreamOptions.defaults().withMessages(List.of(new PromptMessage("user", "What is a weir?"))),
                message -> {
                    synchronized (messages) {
                        messages.add(message);
                    }
                });
        stream.send("A low wall across a river.");
        within(stream.end());
        synchronized (messages) {
            assertThat(messages.getFirst())
                    .isInstanceOfSatisfying(
                            ServerMessage.Opened.class,
                            opened -> assertThat(opened.prompt()).isNotNull());
        }
    }

    @Test
    void manyStreamsShareOneSocketAndEachHasItsOwnEnd() {
        List<CompletionStage<Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ModeratedStream stream = client.open(StreamOptions.defaults().withMode(Mode.STREAM));
            for (int word = 0; word < 40; word++) {
                stream.send("word" + word + " ");
            }
            outcomes.add(i % 5 == 0 ? stream.cancel() : stream.end());
        }
        for (int i = 0; i < outcomes.size(); i++) {
            ServerMessage.Verdict expected = i % 5 == 0 ? ServerMessage.Verdict.CANCELLED : ServerMessage.Verdict.PASS;
            assertThat(within(outcomes.get(i)))
                    .isInstanceOfSatisfying(
                            Outcome.Ended.class,
                            ended -> assertThat(ended.message().verdict()).isEqualTo(expected));
        }
    }

    @Test
    void aDrainingServerFinishesWhatIsOpenAndTakesNothingNew() throws Exception {
        CompletableFuture<ServerMessage> opened = new CompletableFuture<>();
        ModeratedStream open = client.open(StreamOptions.defaults().withMode(Mode.STREAM), opened::complete);
        open.send("This reply began before the drain ");
        within(opened);
        CompletableFuture<Void> drained = CompletableFuture.runAsync(server::drain);
        assertThat(awaitStatus("/readyz", 503)).isEqualTo(503);
        open.send("and ends after it.");
        assertThat(within(open.end())).isInstanceOf(Outcome.Ended.class);
        within(drained);
    }

    @Test
    void theAdminPortSaysItIsAliveReadyAndHowItDoes() throws Exception {
        play(StreamOptions.defaults(), "Hello there, how are you?");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body())
                .contains("weir_streams_opened_total", "weir_batch_rows", "weir_expert_awake", "weir_tokens_decided")
                .doesNotContain("Hello");
    }

    private int awaitStatus(String path, int wanted) throws Exception {
        int status = get(path).statusCode();
        for (int i = 0; i < 1_000 && status != wanted; i++) {
            status = get(path).statusCode();
        }
        return status;
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.adminPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private record Played(String shown, Outcome outcome) {}

    /** Sends a text word by word and collects what a reader would have seen. */
    private Played play(StreamOptions options, String text) {
        ModeratedStream stream = client.open(options);
        Shown shown = new Shown();
        stream.released().subscribe(shown);
        for (String word : text.split("(?<= )")) {
            stream.send(word);
        }
        Outcome outcome = within(stream.end());
        return new Played(within(shown.whole), outcome);
    }

    private static <T> T within(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static final class Shown implements Flow.Subscriber<String> {
        final CompletableFuture<String> whole = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String piece) {
            text.append(piece);
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(text.toString());
        }
    }
}
