package dev.weir.engine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Finds buffers that nobody gave back. Netty tells of one when it was collected and the next is tracked; so a buffer is
 * dropped here on purpose, and once that has been told of, those dropped before it have been too.
 */
public final class Leaks implements AutoCloseable {

    private static final String CANARY = "dropped on purpose";

    private final Logger log = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> listening = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            told.add(event.getFormattedMessage());
        }
    };

    private int canaries;

    private Leaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        listening.start();
        log.addAppender(listening);
        log.setAdditive(false);
    }

    /** Watches every buffer that is made from now on. */
    public static Leaks watch() {
        return new Leaks();
    }

    /** Whatever is to have given its buffers back has done so. */
    public void assertNone() {
        String canary = CANARY + " the " + ++canaries + ".";
        drop(canary); // in a method of its own, which keeps no reference to it
        while (told.stream().noneMatch(leak -> leak.contains(canary))) { // the test's own time-out ends it
            System.gc();
            for (int i = 0; i < 100; i++) {
                UnpooledByteBufAllocator.DEFAULT.buffer(1).release();
            }
        }
        assertThat(told).allMatch(leak -> leak.contains(CANARY));
    }

    private static void drop(String canary) {
        UnpooledByteBufAllocator.DEFAULT.buffer(1).touch(canary);
    }

    @Override
    public void close() {
        log.detachAppender(listening);
        log.setAdditive(true);
        ResourceLeakDetector.setLevel(before);
    }
}
