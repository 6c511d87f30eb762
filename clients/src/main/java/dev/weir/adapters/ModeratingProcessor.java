package dev.weir.adapters;

import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Takes a text as it is generated and hands on what a reader may see of it: in gate mode, whatever the options say, so
 * that nothing unreleased passes. Completes when the whole text was decided. Ends with {@link StoppedException} when the
 * server stopped it, after what was released, and with {@link dev.weir.protocol.WeirException} when moderation broke off.
 *
 * <p>For one text, one publisher and one subscriber. The publisher is asked for one piece at a time, when the server has
 * taken the one before and the subscriber wants something, and is cancelled when the text is over. Pieces go to the
 * subscriber on the client's thread, which it must not block.
 */
public final class ModeratingProcessor implements Flow.Processor<String, String> {

    private final ModeratedStream stream;
    private final Pace pace = new Pace();
    private final AtomicReference<Flow.@Nullable Subscription> generator = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

    public ModeratingProcessor(WeirClient client, StreamOptions options) {
        this.stream = client.open(options.withMode(Mode.GATE));
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (!generator.compareAndSet(null, subscription)) {
            subscription.cancel(); // one text has one publisher
            return;
        }
        stream.outcome().thenAccept(outcome -> subscription.cancel());
        if (pace.onTaken()) {
            subscription.request(1);
        }
    }

    @Override
    public void onNext(String piece) {
        stream.send(piece).thenAccept(taken -> {
            if (taken && pace.onTaken()) {
                ask();
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        broken.set(failure);
        stream.cancel();
    }

    @Override
    public void onComplete() {
        stream.end();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
        stream.released().subscribe(new Reader(subscriber));
    }

    private void ask() {
        Flow.Subscription subscription = generator.get();
        if (subscription != null) {
            subscription.request(1);
        }
    }

    private void finish(Flow.Subscriber<? super String> subscriber, Outcome outcome) {
        Throwable failure = broken.get();
        if (failure != null) {
            subscriber.onError(failure);
            return;
        }
        switch (outcome) {
            case Outcome.Ended ended -> subscriber.onComplete();
            case Outcome.Stopped stopped -> subscriber.onError(new StoppedException(stopped.message()));
            case Outcome.Failed failed -> throw new IllegalStateException("a failed text does not complete");
        }
    }

    private final class Reader implements Flow.Subscriber<String> {

        private final Flow.Subscriber<? super String> subscriber;

        Reader(Flow.Subscriber<? super String> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription released) {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {
                    released.request(count);
                    if (count > 0 && pace.onWanted(count)) {
                        ask();
                    }
                }

                @Override
                public void cancel() {
                    released.cancel();
                    stream.cancel();
                }
            });
        }

        @Override
        public void onNext(String piece) {
            pace.onRead();
            subscriber.onNext(piece);
        }

        @Override
        public void onError(Throwable failure) {
            subscriber.onError(failure);
        }

        /** The text completes before its outcome does, on the same thread. */
        @Override
        public void onComplete() {
            stream.outcome().thenAccept(outcome -> finish(subscriber, outcome));
        }
    }
}
