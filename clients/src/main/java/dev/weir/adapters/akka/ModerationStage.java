package dev.weir.adapters.akka;

import akka.stream.Attributes;
import akka.stream.FlowShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import dev.weir.adapters.StoppedException;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A flow from a text as it is generated to what a reader may see of it: in gate mode, whatever the options say, so that
 * nothing unreleased passes. Each materialization is one text. Completes when all of it was decided; fails with
 * {@link StoppedException} when the server stopped it, after what was released has been pulled, and with
 * {@link dev.weir.protocol.WeirException} when moderation broke off. Akka drops what is buffered downstream when a stream
 * fails: where the last released words matter more than the order of a failure, {@code recover} from it right behind.
 *
 * <p>Upstream is pulled one piece at a time, when the server has taken the one before and downstream wants something.
 * A text that is over cancels upstream; downstream that cancels gives the text up.
 *
 * <pre>{@code
 * tokens.via(Flow.fromGraph(new ModerationStage(client, options))).runForeach(reply::write, system);
 * }</pre>
 */
public final class ModerationStage extends GraphStage<FlowShape<String, String>> {

    private final WeirClient client;
    private final StreamOptions options;
    private final Inlet<String> generated = Inlet.create("Moderation.generated");
    private final Outlet<String> released = Outlet.create("Moderation.released");
    private final FlowShape<String, String> shape = FlowShape.of(generated, released);

    /** @param options without a name for the stream, unless it is materialized only once */
    public ModerationStage(WeirClient client, StreamOptions options) {
        this.client = client;
        this.options = options.withMode(Mode.GATE);
    }

    @Override
    public FlowShape<String, String> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Text();
    }

    private final class Text extends GraphStageLogic {

        private final ModeratedStream stream = client.open(options);
        private Flow.@Nullable Subscription reading;
        private boolean taken = true;

        Text() {
            super(shape);
            setHandler(generated, new AbstractInHandler() {
                @Override
                public void onPush() {
                    taken = false;
                    stream.send(grab(generated)).thenAccept(onTaken::invoke);
                }

                @Override
                public void onUpstreamFinish() {
                    stream.end();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    stream.cancel();
                    failStage(failure);
                }
            });
            setHandler(released, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (reading != null) {
                        reading.request(1);
                    }
                    pullNext();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    stream.cancel();
                    cancelStage(cause);
                }
            });
        }

        private final AsyncCallback<Boolean> onTaken = createAsyncCallback(went -> {
            taken = true;
            if (went) {
                pullNext();
            } else {
                cancel(generated); // the outcome is on its way
            }
        });

        private final AsyncCallback<Flow.Subscription> onReading = createAsyncCallback(subscription -> {
            reading = subscription;
            if (isAvailable(released)) {
                subscription.request(1);
            }
        });

        private final AsyncCallback<String> onReleased = createAsyncCallback(text -> push(released, text));

        private final AsyncCallback<Throwable> onFailure = createAsyncCallback(this::failStage);

        private final AsyncCallback<Outcome> onOutcome = createAsyncCallback(outcome -> {
            if (outcome instanceof Outcome.Stopped stopped) {
                failStage(new StoppedException(stopped.message()));
            } else {
                completeStage();
            }
        });

        @Override
        public void preStart() {
            stream.released().subscribe(new Reader(this));
        }

        @Override
        public void postStop() {
            stream.cancel();
        }

        private void pullNext() {
            if (taken && isAvailable(released) && !hasBeenPulled(generated) && !isClosed(generated)) {
                pull(generated);
            }
        }
    }

    /** Brings what the client's thread says to the stage. */
    private record Reader(Text text) implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            text.onReading.invoke(subscription);
        }

        @Override
        public void onNext(String piece) {
            text.onReleased.invoke(piece);
        }

        @Override
        public void onError(Throwable failure) {
            text.onFailure.invoke(failure);
        }

        @Override
        public void onComplete() {
            text.stream.outcome().thenAccept(text.onOutcome::invoke);
        }
    }
}
