package dev.weir.engine.admin;

import dev.weir.engine.access.Caller;
import dev.weir.engine.http.Exchange;
import dev.weir.engine.live.LiveStreams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
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
 * nothing is taken. A watcher that does not read is left out and, if that lasts, hung up on as anybody is who does not read; its
 * page comes back by itself.
 *
 * <p>A page that opens is shown what was drawn last, as far back as somebody watched. Belongs to the port's one event loop.
 */
final class EventFeed {

    private static final Logger log = LoggerFactory.getLogger(EventFeed.class);
    private static final int REMEMBERED = 300;

    private final Duration interval;
    private final int most;
    private final Supplier<Sampler> newSampler;
    private final LiveStreams live;
    private final Predicate<Caller> stillAdmitted;
    private final Map<Exchange, Caller> watchers = new LinkedHashMap<>();

    private final Deque<byte[]> remembered = new ArrayDeque<>();
    private @Nullable Future<?> sampling;

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
        return CompletableFuture.completedFuture(Answer.events(exchange -> add(exchange, request.caller())));
    }

    private void add(Exchange exchange, Caller caller) {
        watchers.put(exchange, caller);
        exchange.onGone(() -> remove(exchange));
        send(exchange, event("history", history()));
        if (sampling == null) {
            live.watch(true);
            Sampler sampler = newSampler.get();
            long nanos = interval.toNanos();
            sampling = exchange.eventLoop()
                    .scheduleAtFixedRate(() -> look(sampler), nanos / 4, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void drop(Exchange exchange) {
        exchange.breakOff();
        remove(exchange);
    }

    private void remove(Exchange exchange) {
        watchers.remove(exchange);
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
            List.copyOf(watchers.keySet()).forEach(this::drop);
        }
    }

    private void sample(Sampler sampler) {
        Sample sample = sampler.take();
        if (remembered.size() == REMEMBERED) {
            remembered.removeFirst();
        }
        remembered.addLast(Answer.bytes(sample.numbers()));
        byte[] event = event("sample", Answer.bytes(sample));
        Map.copyOf(watchers).forEach((exchange, caller) -> {
            if (!stillAdmitted.test(caller)) {
                drop(exchange);
            } else if (exchange.isWritable()) {
                send(exchange, event);
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

    private static void send(Exchange exchange, byte[] event) {
        exchange.write(Unpooled.wrappedBuffer(event));
        exchange.flush();
    }
}
