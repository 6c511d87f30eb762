package dev.weir.protocol;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The text of one stream that a reader may see, for one subscriber. Pieces that come before the subscriber or beyond
 * its demand wait here; their number is bounded by what was sent. Lives on the client's thread, calls the subscriber
 * there.
 */
final class ReleasedText implements Flow.Publisher<String> {

    private static final Logger LOG = LoggerFactory.getLogger(ReleasedText.class);

    private final Executor loop;
    private final ArrayDeque<String> pieces = new ArrayDeque<>();
    private Flow.@Nullable Subscriber<? super String> subscriber;
    private boolean taken;
    private long demand;
    private boolean complete;
    private boolean delivering;
    private @Nullable Throwable failure;

    ReleasedText(Executor loop) {
        this.loop = loop;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super String> wanted) {
        loop.execute(() -> {
            boolean second = taken;
            taken = true;
            wanted.onSubscribe(second ? new Demand(null) : new Demand(wanted));
            if (second) {
                wanted.onError(new IllegalStateException("the released text of a stream has one subscriber"));
            } else {
                subscriber = wanted;
                deliver();
            }
        });
    }

    void publish(String piece) {
        if (!piece.isEmpty()) {
            pieces.add(piece);
            deliver();
        }
    }

    /** Ends the text after what waits; with a failure, as an error. */
    void close(@Nullable Throwable reason) {
        complete = true;
        failure = reason;
        deliver();
    }

    private void deliver() {
        if (delivering) {
            return; // a subscriber asked for more from inside onNext; the loop below goes on
        }
        delivering = true;
        try {
            while (subscriber != null && demand > 0 && !pieces.isEmpty()) {
                demand--;
                hand(subscriber, pieces.remove());
            }
            Flow.Subscriber<? super String> last = subscriber;
            if (last != null && complete && pieces.isEmpty()) {
                subscriber = null;
                if (failure == null) {
                    last.onComplete();
                } else {
                    last.onError(failure);
                }
            }
        } finally {
            delivering = false;
        }
    }

    /** A subscriber that throws has broken its contract and gets no more; its stream goes on. */
    private void hand(Flow.Subscriber<? super String> to, String piece) {
        try {
            to.onNext(piece);
        } catch (RuntimeException e) {
            subscriber = null;
            pieces.clear();
            LOG.warn("a subscriber of released text threw and was dropped", e);
        }
    }

    private final class Demand implements Flow.Subscription {

        private final Flow.@Nullable Subscriber<? super String> holder;

        Demand(Flow.@Nullable Subscriber<? super String> holder) {
            this.holder = holder;
        }

        @Override
        public void request(long count) {
            loop.execute(() -> {
                Flow.Subscriber<? super String> current = subscriber;
                if (current == null || current != holder) {
                    return;
                }
                if (count <= 0) {
                    subscriber = null;
                    current.onError(new IllegalArgumentException("request: " + count + " (expected: > 0)"));
                    return;
                }
                demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
                deliver();
            });
        }

        @Override
        public void cancel() {
            loop.execute(() -> {
                if (holder != null && subscriber == holder) {
                    subscriber = null;
                    pieces.clear();
                }
            });
        }
    }
}
