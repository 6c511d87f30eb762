package dev.weir.engine.cli;

import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Plays scenes through a client, each from its own moment, as generators would: a piece is sent when its time has come,
 * whatever became of the pieces before it, and a stopped generation sends no more.
 */
final class DemoPlayer implements AutoCloseable {

    /** Between the beginnings of two scenes, so that several are live at any time and none can be missed. */
    private static final long STAGGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("weir-demo-player").factory());
    private final WeirClient client;
    private final long pieceNanos;
    private final Consumer<DemoScene> onOver;

    /**
     * @param speed pieces a second, above 0
     * @param onOver told on the client's thread as each scene ends
     */
    DemoPlayer(WeirClient client, double speed, Consumer<DemoScene> onOver) {
        this.client = client;
        this.pieceNanos = (long) (1e9 / speed);
        this.onOver = onOver;
    }

    /** Completes when all scenes are over. */
    CompletableFuture<Void> play(List<DemoScene> scenes) {
        CompletableFuture<?>[] over = new CompletableFuture<?>[scenes.size()];
        for (int i = 0; i < over.length; i++) {
            Playing playing = new Playing(scenes.get(i));
            over[i] = playing.over;
            schedule(playing::begin, System.nanoTime() + i * STAGGER_NANOS);
        }
        return CompletableFuture.allOf(over);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void schedule(Runnable task, long nanoTime) {
        var unused = clock.schedule(task, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** One scene on its stream; runs on the clock's thread. */
    private final class Playing {

        private final DemoScene scene;
        private final List<String> pieces;
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private long beganNanos;
        private int next;

        Playing(DemoScene scene) {
            this.scene = scene;
            this.pieces = scene.conversation().pieces();
        }

        void begin() {
            beganNanos = System.nanoTime();
            StreamOptions options = StreamOptions.defaults()
                    .withStream(scene.conversation().name())
                    .withMode(Mode.GATE)
                    .withMessages(List.of(
                            new PromptMessage("user", scene.conversation().user())));
            ModeratedStream stream = client.open(options, message -> scene.onMessage(message, System.nanoTime()));
            stream.released().subscribe(new Reader(scene));
            var unused = stream.outcome().thenAccept(outcome -> {
                scene.onOutcome(outcome, System.nanoTime());
                onOver.accept(scene);
                over.complete(null);
            });
            sendDue(stream);
        }

        private void sendDue(ModeratedStream stream) {
            if (over.isDone()) {
                return;
            }
            long intended = beganNanos + next * pieceNanos;
            scene.onSend(pieces.get(next).length(), intended);
            stream.send(pieces.get(next));
            next++;
            if (next < pieces.size()) {
                schedule(() -> sendDue(stream), beganNanos + next * pieceNanos);
            } else {
                stream.end();
            }
        }
    }

    /** The person in front of the chat: sees released text and nothing else. */
    private record Reader(DemoScene scene) implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String text) {
            scene.onShown(text);
        }

        @Override
        public void onError(Throwable failure) {} // the outcome says it

        @Override
        public void onComplete() {}
    }
}
