package dev.weir.bench.hostile;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Many clients that do the same, each on a thread of its own. */
public final class Crowd {

    private static final long MOST_SECONDS = 150;

    private final Map<String, Integer> endings = new TreeMap<>();
    private final AtomicInteger present = new AtomicInteger();

    /** Clients that are at it. */
    public int present() {
        return present.get();
    }

    /**
     * Blocks until the server is rid of all of them, or takes too long.
     *
     * @param perSecond at which they come
     * @param atOnce of them at most
     * @return how many ended how
     */
    public Map<String, Integer> send(int count, double perSecond, int atOnce, Callable<String> intruder)
            throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(count);
        Semaphore places = new Semaphore(atOnce);
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(began + (long) (1e9 * i / perSecond) - System.nanoTime());
            places.acquire();
            present.incrementAndGet();
            Thread.ofVirtual().start(() -> {
                try {
                    String ending = ending(intruder);
                    synchronized (endings) {
                        endings.merge(ending, 1, Integer::sum);
                    }
                } finally {
                    present.decrementAndGet();
                    places.release();
                    gone.countDown();
                }
            });
        }
        if (!gone.await(MOST_SECONDS, TimeUnit.SECONDS)) {
            synchronized (endings) {
                endings.put("still there after " + MOST_SECONDS + " s", (int) gone.getCount());
            }
        }
        return endings;
    }

    private static String ending(Callable<String> intruder) {
        try {
            return intruder.call();
        } catch (IOException e) {
            return "not let in: " + e.getMessage();
        } catch (Exception e) {
            return e.toString();
        }
    }
}
