package dev.weir.engine.admin;

import dev.weir.engine.access.Caller;
import dev.weir.engine.live.LiveStreams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events for whoever watches: one sample for all of them, taken and written down once. While nobody watches
 * nothing is taken. A watcher that does not read is left out and, if that lasts, dropped; its page comes back by itself.
 *
 * <p>A page that opens is shown what was drawn last, as far back as somebody watched. Belongs to the port's one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the channel, which is seen
final class EventFeed {

    private static final Logger log = LoggerFactory.getLogger(EventFeed.class);
    private static final int REMEMBERED = 300;
    private static final int LEFT_OUT = 5;

    private final Duration interval;
    private final int most;
    private final Supplier<Sampler> newSampler;
    private final LiveStreams live;
    private final Predicate<Caller> stillAdmitted;
    private final Map<Channel, Watcher> watchers = new LinkedHashMap<>();

    private final Deque<byte[]> remembered = new ArrayDeque<>();
    private @Nullable Future<?> sampling;

    private static final class Watcher {
        final Caller caller;
        /** Samples in a row. */
        int leftOut;

        Watcher(Caller caller) {
            this.caller = caller;
        }
    }

    /**
     * @param most watchers at once
     * @param newSampler begins to look
     * @param stillAdmitted whether a watcher would be let in now
     */
    EventFeed(
            Duration interval,
            int most,
            Supplier<Sampler> newSampler,
            LiveStreams live,
            Predicate<Caller> stillAdmitted) {
        this.stillAdmitted = stillAdmitted;
        this.interval = interval;
        this.most = most;
        this.newSampler = newSampler;
        this.live = live;
    }

    CompletionStage<Answer> join(AdminRequest request) throws Refusal {
        if (watchers.size() >= most) {
            throw new Refusal(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    most + " pages watch already (expected: fewer, see weir.admin.max-watchers)");
        }
        return CompletableFuture.completedFuture(Answer.events(channel -> add(channel, request.caller())));
    }

    private void add(Channel channel, Caller caller) {
        if (channel.pipeline().get(ReadTimeoutHandler.class) != null) {
            channel.pipeline().remove(ReadTimeoutHandler.class); // a watcher has nothing more to say
        }
        watchers.put(channel, new Watcher(caller));
        channel.closeFuture().addListener(closed -> remove(channel));
        send(channel, event("history", history()));
        if (sampling == null) {
            live.watch(true);
            Sampler sampler = newSampler.get();
            long nanos = interval.toNanos();
            sampling = channel.eventLoop()
                    .scheduleAtFixedRate(() -> look(sampler), nanos / 4, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void remove(Channel channel) {
        watchers.remove(channel);
        if (watchers.isEmpty() && sampling != null) {
            sampling.cancel(false);
            sampling = null;
            live.watch(false);
        }
    }

    /** When a look fails the watchers are let go: their pages say so, come back, and it begins anew. */
    private void look(Sampler sampler) {
        try {
            sample(sampler);
        } catch (RuntimeException e) {
            log.error("the server could not be looked at", e);
            List.copyOf(watchers.keySet()).forEach(Channel::close);
        }
    }

    private void sample(Sampler sampler) {
        Sample sample = sampler.take();
        if (remembered.size() == REMEMBERED) {
            remembered.removeFirst();
        }
        remembered.addLast(Answer.bytes(sample.numbers()));
        byte[] event = event("sample", Answer.bytes(sample));
        Map.copyOf(watchers).forEach((channel, watcher) -> {
            if (!stillAdmitted.test(watcher.caller)) {
                channel.close();
            } else if (channel.isWritable()) {
                watcher.leftOut = 0;
                send(channel, event);
            } else if (++watcher.leftOut >= LEFT_OUT) {
                channel.close();
            }
        });
    }

    private byte[] history() {
        StringBuilder all = new StringBuilder("[");
        for (byte[] numbers : remembered) {
            all.append(all.length() > 1 ? "," : "").append(new String(numbers, StandardCharsets.UTF_8).strip());
        }
        return all.append("]\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @param data JSON, which has no line end but its last */
    private static byte[] event(String name, byte[] data) {
        byte[] head = ("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        ByteBuf event = Unpooled.buffer(head.length + data.length + 1);
        event.writeBytes(head).writeBytes(data).writeByte('\n');
        return event.array();
    }

    private static void send(Channel channel, byte[] event) {
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(event)));
    }
}
