package dev.weir.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.protocol.ClientMessage.Delta;
import dev.weir.protocol.ClientMessage.EndStream;
import dev.weir.protocol.ClientMessage.OpenStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Subprotocol.class)
class WeirClientTest {

    @Parameter
    Subprotocol subprotocol;

    private static final String END_OF_TEXT = "";

    private record Scheduled(Duration delay, Runnable task) {}

    private final BlockingQueue<Scheduled> scheduled = new LinkedBlockingQueue<>();
    private TestServer server;
    private WeirClient client;
    private TestServer.Peer peer;

    @BeforeEach
    void connect() throws Exception {
        server = new TestServer(subprotocol);
        client = now(WeirClient.connect(
                server.uri(),
                ClientSettings.defaults()
                        .withSubprotocol(subprotocol)
                        .withRandom(new Random(7))
                        .withPingInterval(Duration.ofMillis(100))
                        .withTimer((delay, task) -> scheduled.add(new Scheduled(delay, task)))));
        peer = server.accept();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void showsInGateModeOnlyWhatWasReleased() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        Reader reader = new Reader(stream);
        assertThat(now(stream.send("one two three"))).isTrue();
        assertThat(peer.expect(Delta.class)).isEqualTo(new Delta("g", "one two three", 0));
        peer.say(new ServerMessage.Released("g", 4, 0.1));
        assertThat(reader.next()).isEqualTo("one ");
        peer.say(new ServerMessage.Released("g", 8, 0.1));
        assertThat(reader.next()).isEqualTo("two ");
        stream.end();
        assertThat(peer.expect(EndStream.class)).isEqualTo(new EndStream("g", 13));
        peer.say(new ServerMessage.Ended("g", 13, ServerMessage.Verdict.PASS, 0.1, "r-1"));
        assertThat(reader.next()).isEqualTo("three");
        assertThat(reader.next()).isEqualTo(END_OF_TEXT);
        assertThat(now(stream.outcome())).isInstanceOf(Outcome.Ended.class);
    }

    @Test
    void replacesARedactedSpanEvenWhenReleasesMeetItsEdges() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        Reader reader = new Reader(stream);
        now(stream.send("card 4111 ok"));
        peer.say(new ServerMessage.Redacted("g", 5, 9, "privacy", "[card]"));
        peer.say(new ServerMessage.Released("g", 5, 0.1));
        assertThat(reader.next()).isEqualTo("card ");
        peer.say(new ServerMessage.Released("g", 9, 0.1));
        assertThat(reader.next()).isEqualTo("[card]");
        peer.say(new ServerMessage.Released("g", 12, 0.1));
        assertThat(reader.next()).isEqualTo(" ok");
    }

    @Test
    void showsNothingOfARedactedSpanThatAReleaseCutsAgainstTheContract() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        Reader reader = new Reader(stream);
        now(stream.send("card 4111 ok"));
        peer.say(new ServerMessage.Redacted("g", 5, 9, "privacy", "[card]"));
        peer.say(new ServerMessage.Released("g", 7, 0.1));
        assertThat(reader.next()).isEqualTo("card ");
        peer.say(new ServerMessage.Released("g", 12, 0.1));
        assertThat(reader.next()).isEqualTo("[card] ok");
    }

    @Test
    void endsWithTheStopAndTellsTheGeneratorSo() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        Reader reader = new Reader(stream);
        now(stream.send("fine, then not"));
        peer.say(new ServerMessage.Released("g", 6, 0.1));
        peer.say(stopped("g", 6));
        assertThat(reader.next()).isEqualTo("fine, ");
        assertThat(reader.next()).isEqualTo(END_OF_TEXT);
        assertThat(now(stream.outcome())).isEqualTo(new Outcome.Stopped(stopped("g", 6)));
        assertThat(now(stream.send(" and more"))).isFalse();
    }

    @Test
    void showsTextAtOnceInStreamModeAndNothingAfterTheStop() throws Exception {
        ModeratedStream stream = open("g", Mode.STREAM);
        Reader reader = new Reader(stream);
        now(stream.send("seen "));
        assertThat(reader.next()).isEqualTo("seen ");
        peer.say(new ServerMessage.Released("g", 5, 0.1));
        now(stream.send("too"));
        assertThat(reader.next()).isEqualTo("too");
        peer.say(stopped("g", 8));
        assertThat(reader.next()).isEqualTo(END_OF_TEXT);
    }

    @Test
    void waitsForCreditBeforeItSendsMore() throws Exception {
        CompletableFuture<ServerMessage> granted = new CompletableFuture<>();
        ModeratedStream stream = client.open(StreamOptions.defaults().withStream("g"), granted::complete);
        peer.expect(OpenStream.class);
        peer.say(new ServerMessage.Opened("g", "default@1", Mode.GATE, Units.UTF16, null, 4, "token"));
        now(granted);
        assertThat(now(stream.send("1234"))).isTrue();
        assertThat(peer.expect(Delta.class).text()).isEqualTo("1234");
        CompletionStage<Boolean> second = stream.send("5678");
        // Another stream opens after the piece was considered, and nothing stands between the two on the wire.
        ModeratedStream other = client.open(StreamOptions.defaults().withStream("h"));
        assertThat(peer.expect(OpenStream.class).stream()).isEqualTo("h");
        assertThat(other.name()).isEqualTo("h");
        assertThat(second.toCompletableFuture()).isNotDone();
        peer.say(new ServerMessage.Credit("g", 3));
        assertThat(peer.expect(Delta.class)).isEqualTo(new Delta("g", "567", 4));
        peer.say(new ServerMessage.Credit("g", 3));
        assertThat(peer.expect(Delta.class)).isEqualTo(new Delta("g", "8", 7));
        assertThat(now(second)).isTrue();
    }

    @Test
    void sendsTheWholeTextAgainAfterALostConnectionAndShowsNothingTwice() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        Reader reader = new Reader(stream);
        now(stream.send("card 4111 is "));
        peer.expect(Delta.class);
        peer.say(new ServerMessage.Redacted("g", 5, 9, "privacy", "[card]"));
        peer.say(new ServerMessage.Released("g", 10, 0.1));
        assertThat(reader.next()).isEqualTo("card [card] ");
        peer.vanish();
        Scheduled reconnection = scheduled.poll(20, TimeUnit.SECONDS);
        assertThat(reconnection.delay()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        CompletionStage<Boolean> meanwhile = stream.send("mine");
        reconnection.task().run();

        TestServer.Peer again = server.accept();
        assertThat(again.expect(OpenStream.class).resume()).isEqualTo("token-g");
        assertThat(again.expect(Delta.class)).isEqualTo(new Delta("g", "card 4111 is mine", 0));
        assertThat(now(meanwhile)).isTrue();
        again.say(opened("g", Mode.GATE));
        again.say(new ServerMessage.Redacted("g", 5, 9, "privacy", "[card]"));
        again.say(new ServerMessage.Released("g", 10, 0.1));
        again.say(new ServerMessage.Released("g", 17, 0.1));
        assertThat(reader.next()).isEqualTo("is mine");
    }

    /**
     * About one in eight such losses went unnoticed for ever: the WebSocket of Java 25 loses the end of the stream when it
     * comes while a frame is still being read. The next ping brings it to light.
     */
    @Test
    void noticesThatTheServerVanishedRightBehindItsLastWord() throws Exception {
        open("g", Mode.GATE);
        for (int round = 0; round < 20; round++) {
            peer.say(new ServerMessage.Released("g", 0, 0.1));
            peer.vanish();
            scheduled.poll(20, TimeUnit.SECONDS).task().run();
            peer = server.accept();
        }
        assertThat(peer.expect(OpenStream.class).stream()).isEqualTo("g");
    }

    @Test
    void doublesTheBoundOfItsWaitUntilTheServerIsHeardAgain() {
        ClientSettings settings = ClientSettings.defaults().withRandom(new AlmostOne());
        assertThat(List.of(0, 1, 2, 3, 4, 40))
                .extracting(attempt -> Math.round(settings.backoff(attempt).toMillis() / 1000.0))
                .containsExactly(5L, 10L, 20L, 40L, 60L, 60L);
    }

    @Test
    void doesNotReconnectWhenTheServerSaysItIsInVain() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        peer.close(CloseCode.NOT_ALLOWED);
        assertThat(now(stream.outcome())).isInstanceOf(Outcome.Failed.class);
        assertThat(scheduled).isEmpty();
        assertThat(now(client.open(StreamOptions.defaults()).outcome())).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void reconnectsWhenTheServerDrains() throws Exception {
        open("g", Mode.GATE);
        peer.close(CloseCode.DRAINING);
        scheduled.poll(20, TimeUnit.SECONDS).task().run();
        assertThat(server.accept().expect(OpenStream.class).stream()).isEqualTo("g");
    }

    @Test
    void keepsTwoStreamsOfOneSocketApart() throws Exception {
        ModeratedStream first = open("a", Mode.GATE);
        ModeratedStream second = open("b", Mode.GATE);
        Reader readerOfFirst = new Reader(first);
        Reader readerOfSecond = new Reader(second);
        now(first.send("aaaa"));
        now(second.send("bbbb"));
        peer.say(new ServerMessage.Released("b", 2, 0.1));
        peer.say(new ServerMessage.Released("a", 3, 0.1));
        assertThat(readerOfSecond.next()).isEqualTo("bb");
        assertThat(readerOfFirst.next()).isEqualTo("aaa");
    }

    @Test
    void leavesTheOtherStreamAloneWhenOneFails() throws Exception {
        ModeratedStream first = open("a", Mode.GATE);
        ModeratedStream second = open("b", Mode.GATE);
        Reader readerOfSecond = new Reader(second);
        peer.say(new ServerMessage.ErrorMessage("a", ErrorCode.GAP, true, "delta.at: 3 (expected: 0)"));
        assertThat(now(first.outcome()))
                .isEqualTo(new Outcome.Failed(ErrorCode.GAP, "delta.at: 3 (expected: 0)", null));
        now(second.send("still here"));
        peer.say(new ServerMessage.Released("b", 5, 0.1));
        assertThat(readerOfSecond.next()).isEqualTo("still");
    }

    @Test
    void goesOnAfterAnErrorThatIsNotFinal() throws Exception {
        ModeratedStream stream = open("a", Mode.GATE);
        Reader reader = new Reader(stream);
        peer.say(new ServerMessage.ErrorMessage("a", ErrorCode.BAD_MESSAGE, false, "length: nothing"));
        peer.sayNews();
        now(stream.send("on"));
        peer.say(new ServerMessage.Released("a", 2, 0.1));
        assertThat(reader.next()).isEqualTo("on");
    }

    @Test
    void keepsAPairWholeAcrossDeltasThatCutIt() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        Reader reader = new Reader(stream);
        now(stream.send("hi \ud83d"));
        now(stream.send("\ude00"));
        assertThat(peer.expect(Delta.class).text() + peer.expect(Delta.class).text())
                .isEqualTo("hi 😀");
        peer.say(new ServerMessage.Released("g", 5, 0.1));
        assertThat(reader.next()).isEqualTo("hi 😀");
    }

    @Test
    void givesUpAStreamWithoutSendingWhatStillWaited() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        now(stream.send("x".repeat(8_192)));
        peer.expect(Delta.class);
        peer.expect(Delta.class);
        CompletionStage<Boolean> waiting = stream.send("y");
        stream.cancel();
        peer.expect(ClientMessage.Cancel.class);
        assertThat(now(waiting)).isFalse();
        peer.say(new ServerMessage.Ended("g", 8_192, ServerMessage.Verdict.CANCELLED, 0.1, "r"));
        assertThat(now(stream.outcome())).isInstanceOf(Outcome.Ended.class);
        assertThatThrownBy(() -> stream.send("z")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sendsAFlushAfterTheTextItSpeaksOf() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        stream.send("so far");
        stream.flush();
        peer.expect(Delta.class);
        peer.expect(ClientMessage.Flush.class);
    }

    @Test
    void completesFeedbackByItsId() throws Exception {
        CompletionStage<String> recorded = client.feedback(
                new ClientMessage.Feedback("f-1", "r-1", ClientMessage.FeedbackVerdict.WRONG_STOP, List.of("hate")));
        peer.expect(ClientMessage.Feedback.class);
        peer.say(new ServerMessage.FeedbackRecorded("f-1", "r-1"));
        assertThat(now(recorded)).isEqualTo("r-1");
    }

    @Test
    void failsWhatIsOpenWhenItIsClosedAndLeavesTheServer() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        client.close();
        assertThat(now(stream.outcome())).isEqualTo(new Outcome.Failed(null, "the client is closed", null));
        assertThat(now(stream.send("late"))).isFalse();
        peer.awaitGone();
        assertThat(scheduled).isEmpty();
    }

    @Test
    void letsEveryThreadSendOnWhileItIsClosed() throws Exception {
        CompletableFuture<ModeratedStream> stream = new CompletableFuture<>();
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch sending = new CountDownLatch(2);
        CompletableFuture<Boolean> ownThread = new CompletableFuture<>();
        stream.complete(client.open(StreamOptions.defaults().withStream("g"), message -> {
            listening.countDown();
            await(sending);
            stream.join().send("late").thenAccept(ownThread::complete);
        }));
        peer.expect(OpenStream.class);
        peer.say(opened("g", Mode.GATE));
        await(listening);
        client.close();
        sending.countDown();
        CompletableFuture<Boolean> otherThread = CompletableFuture.supplyAsync(() -> {
                    sending.countDown();
                    return stream.join().send("late");
                })
                .thenCompose(sent -> sent);
        assertThat(now(otherThread)).isFalse();
        assertThat(now(ownThread)).isFalse();
    }

    @Test
    void refusesASecondStreamOfTheSameName() throws Exception {
        ModeratedStream stream = open("g", Mode.GATE);
        assertThat(now(client.open(StreamOptions.defaults().withStream("g")).outcome()))
                .isInstanceOf(Outcome.Failed.class);
        now(stream.send("unharmed"));
        assertThat(peer.expect(Delta.class).text()).isEqualTo("unharmed");
    }

    private ModeratedStream open(String name, Mode mode) throws InterruptedException {
        ModeratedStream stream =
                client.open(StreamOptions.defaults().withStream(name).withMode(mode));
        assertThat(peer.expect(OpenStream.class).units()).isEqualTo(Units.UTF16);
        peer.say(opened(name, mode));
        return stream;
    }

    private static ServerMessage.Opened opened(String name, Mode mode) {
        return new ServerMessage.Opened(name, "default@1", mode, Units.UTF16, null, 8_192, "token-" + name);
    }

    private static ServerMessage.Stopped stopped(String name, int released) {
        return new ServerMessage.Stopped(
                name,
                9,
                8,
                released,
                0,
                "hate",
                List.of("hate"),
                Severity.UNSAFE,
                0.9,
                null,
                "default@1",
                "stopped",
                "r-1");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T now(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Collects what a reader would see; the empty string marks the end. */
    private static final class Reader implements Flow.Subscriber<String> {

        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

        Reader(ModeratedStream stream) {
            stream.released().subscribe(this);
        }

        String next() throws Exception {
            subscription.get(20, TimeUnit.SECONDS).request(1);
            String piece = seen.poll(20, TimeUnit.SECONDS);
            assertThat(piece).as("released text").isNotNull();
            return piece;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(String piece) {
            seen.add(piece);
        }

        @Override
        public void onError(Throwable failure) {
            seen.add(END_OF_TEXT);
        }

        @Override
        public void onComplete() {
            seen.add(END_OF_TEXT);
        }
    }

    private static final class AlmostOne extends Random {
        private static final long serialVersionUID = 1;

        @Override
        public double nextDouble() {
            return Math.nextDown(1.0);
        }
    }
}
