package dev.weir.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorSystem;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.typesafe.config.ConfigFactory;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.weir.adapters.akka.ModerationStage;
import dev.weir.adapters.langchain4j.ModeratedChatHandler;
import dev.weir.adapters.spring.ModerationAdvisor;
import dev.weir.clients.LiveServer;
import dev.weir.engine.Server;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Every adapter before a server with the shipped models, with texts that pass, are redacted and are stopped. */
class AdaptersTest {

    private static final String CARD = "Sure. The card is 4111 1111 1111 1111, as you asked.";
    private static final String REDACTED = "Sure. The card is [card number], as you asked.";
    private static final String INSULTS =
            "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of trash. "
                    + "Everyone laughs at you behind your back, you disgusting moron. "
                    + "I will find you and I will kill you, you worthless piece of garbage.";
    /** Asked to let the reader see text at once, an adapter holds it all the same. */
    private static final StreamOptions OPTIONS = StreamOptions.defaults().withMode(Mode.STREAM);

    @TempDir
    static Path folder;

    private static Server server;
    private static WeirClient client;
    private static ActorSystem system;

    @BeforeAll
    static void start() throws Exception {
        server = LiveServer.start(folder.resolve("ledger.db"));
        client = within(WeirClient.connect(
                URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream"), ClientSettings.defaults()));
        system = ActorSystem.create("adapters", ConfigFactory.load());
    }

    @AfterAll
    static void stop() {
        system.terminate();
        client.close();
        server.close();
    }

    @Test
    void theProcessorHandsOnWhatWasReleased() {
        assertThat(moderated(CARD).reduce("", String::concat).block()).isEqualTo(REDACTED);
    }

    @Test
    void theProcessorEndsWithATypedStopAfterWhatWasReleased() {
        StringBuilder shown = new StringBuilder();
        Flux<String> moderated = moderated(INSULTS).doOnNext(shown::append);
        assertThatThrownBy(moderated::blockLast)
                .isInstanceOfSatisfying(
                        StoppedException.class,
                        stop -> assertThat(shown.length())
                                .isLessThanOrEqualTo(stop.stopped().released()));
        assertThat(INSULTS).startsWith(shown);
    }

    @Test
    void theProcessorAsksForNoMoreThanItsReaderWants() {
        AtomicInteger generated = new AtomicInteger();
        String sentence = "The tide comes in and the tide goes out again. ";
        Flux<String> pieces =
                Flux.fromIterable(words(sentence.repeat(400))).doOnNext(word -> generated.incrementAndGet());
        Reluctant reader = new Reluctant();
        through(pieces).subscribe(reader);
        within(reader.subscribed);
        assertThat(generated).hasValue(0);
        reader.request(1);
        within(reader.first);
        int wordsOfCredit = 10 * 8_192 / sentence.length(); // all that may be sent before something is released
        assertThat(generated.get()).isBetween(1, wordsOfCredit + 1);
        reader.request(Long.MAX_VALUE);
        within(reader.all);
        assertThat(generated).hasValue(4_000);
    }

    @Test
    void theProcessorGivesTheTextUpWhenItsGeneratorFails() {
        Flux<String> failing = Flux.concat(Flux.just("Once upon "), Flux.error(new IllegalStateException("no more")));
        assertThatThrownBy(through(failing)::blockLast).hasMessage("no more");
    }

    @Test
    void theAkkaFlowHandsOnWhatWasReleased() {
        assertThat(within(Source.from(words(CARD)).via(flow()).runWith(Sink.fold("", String::concat), system)))
                .isEqualTo(REDACTED);
    }

    @Test
    void theAkkaFlowFailsWithATypedStopAfterWhatWasReleased() {
        StringBuilder shown = new StringBuilder();
        CompletionStage<String> moderated = Source.from(words(INSULTS))
                .via(flow())
                .map(piece -> {
                    shown.append(piece);
                    return piece;
                })
                .runWith(Sink.fold("", String::concat), system);
        assertThatThrownBy(() -> within(moderated)).hasCauseInstanceOf(StoppedException.class);
        assertThat(INSULTS).startsWith(shown);
    }

    @Test
    void theAkkaFlowPullsNothingForAReaderWhoWantsNothing() {
        AtomicInteger generated = new AtomicInteger();
        CompletionStage<akka.Done> read = Source.from(words(CARD))
                .map(word -> {
                    generated.incrementAndGet();
                    return word;
                })
                .via(flow())
                .take(0)
                .runWith(Sink.ignore(), system);
        within(read);
        assertThat(generated).hasValue(0);
    }

    @Test
    void theChatHandlerShowsAndKeepsOnlyWhatWasReleased() {
        Heard heard = new Heard();
        ModeratedChatHandler handler = new ModeratedChatHandler(client, OPTIONS, heard);
        words(CARD).forEach(handler::onPartialResponse);
        handler.onCompleteResponse(
                ChatResponse.builder().aiMessage(AiMessage.from(CARD)).build());
        assertThat(within(heard.response).aiMessage().text()).isEqualTo(REDACTED);
        assertThat(heard.text).hasToString(REDACTED);
    }

    @Test
    void theChatHandlerIsToldOfAStopAndNeverOfTheWholeReply() {
        Heard heard = new Heard();
        ModeratedChatHandler handler = new ModeratedChatHandler(client, OPTIONS, heard);
        words(INSULTS).forEach(handler::onPartialResponse);
        handler.onCompleteResponse(
                ChatResponse.builder().aiMessage(AiMessage.from(INSULTS)).build());
        assertThatThrownBy(() -> within(heard.response)).hasCauseInstanceOf(StoppedException.class);
        assertThat(INSULTS).startsWith(heard.text);
    }

    @Test
    void theAdvisorModeratesStreamedReplies() {
        assertThat(chat(CARD).prompt("Which card?").stream()
                        .content()
                        .reduce("", String::concat)
                        .block())
                .isEqualTo(REDACTED);
        assertThatThrownBy(
                        () -> chat(INSULTS).prompt("Hello?").stream().content().blockLast())
                .isInstanceOf(StoppedException.class);
    }

    @Test
    void theAdvisorModeratesWholeReplies() {
        assertThat(chat(CARD).prompt("Which card?").call().content()).isEqualTo(REDACTED);
        assertThatThrownBy(() -> chat(INSULTS).prompt("Hello?").call().content())
                .isInstanceOf(StoppedException.class);
    }

    private static Flux<String> moderated(String text) {
        return through(Flux.fromIterable(words(text)));
    }

    private static Flux<String> through(Flux<String> pieces) {
        ModeratingProcessor processor = new ModeratingProcessor(client, OPTIONS);
        JdkFlowAdapter.publisherToFlowPublisher(pieces).subscribe(processor);
        return JdkFlowAdapter.flowPublisherToFlux(processor);
    }

    private static Flow<String, String, akka.NotUsed> flow() {
        return Flow.fromGraph(new ModerationStage(client, OPTIONS));
    }

    /** A chat client whose model always answers so. */
    private static ChatClient chat(String answer) {
        ChatModel model = new ChatModel() {
            @Override
            public org.springframework.ai.chat.model.ChatResponse call(Prompt prompt) {
                return said(answer);
            }

            @Override
            public Flux<org.springframework.ai.chat.model.ChatResponse> stream(Prompt prompt) {
                return Flux.fromIterable(words(answer)).map(AdaptersTest::said);
            }
        };
        return ChatClient.builder(model)
                .defaultAdvisors(new ModerationAdvisor(client, OPTIONS, 0))
                .build();
    }

    private static org.springframework.ai.chat.model.ChatResponse said(String text) {
        return new org.springframework.ai.chat.model.ChatResponse(List.of(new Generation(new AssistantMessage(text))));
    }

    private static List<String> words(String text) {
        return List.of(text.split("(?<= )"));
    }

    private static <T> T within(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Wants nothing unless told. */
    private static final class Reluctant extends BaseSubscriber<String> {

        final CompletableFuture<Void> subscribed = new CompletableFuture<>();
        final CompletableFuture<String> first = new CompletableFuture<>();
        final CompletableFuture<Void> all = new CompletableFuture<>();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscribed.complete(null);
        }

        @Override
        protected void hookOnNext(String piece) {
            first.complete(piece);
        }

        @Override
        protected void hookOnComplete() {
            all.complete(null);
        }
    }

    private static final class Heard implements StreamingChatResponseHandler {

        final StringBuffer text = new StringBuffer();
        final CompletableFuture<ChatResponse> response = new CompletableFuture<>();

        @Override
        public void onPartialResponse(String piece) {
            text.append(piece);
        }

        @Override
        public void onCompleteResponse(ChatResponse whole) {
            response.complete(whole);
        }

        @Override
        public void onError(Throwable failure) {
            response.completeExceptionally(failure);
        }
    }
}
