package dev.weir.peers.djl;

import ai.djl.translate.TranslateException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The job queue and the one worker behind it, as DJL Serving describes its own: the worker takes a job, drains what
 * waits, waits a little for more, and runs all in one padded batch.
 */
final class Worker implements Runnable {
    private static final int QUEUE = 1_000;
    private static final int MAX_BATCH = 32;
    private static final long MAX_BATCH_DELAY_NANOS = 2_000_000;

    private final BlockingQueue<Checkpoint> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Scorer scorer;

    Worker(Scorer scorer) {
        this.scorer = scorer;
    }

    /** False when the queue is full. */
    boolean offer(Checkpoint checkpoint) {
        return queue.offer(checkpoint);
    }

    @Override
    public void run() {
        try {
            while (!Thread.interrupted()) {
                score(nextBatch());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TranslateException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Checkpoint> nextBatch() throws InterruptedException {
        List<Checkpoint> batch = new ArrayList<>();
        batch.add(queue.take());
        queue.drainTo(batch, MAX_BATCH - batch.size());
        long until = System.nanoTime() + MAX_BATCH_DELAY_NANOS;
        while (batch.size() < MAX_BATCH) {
            Checkpoint next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        return batch;
    }

    /** Texts that end on a checkpoint have nothing left to score, and are only told so in their turn. */
    private void score(List<Checkpoint> batch) throws TranslateException {
        List<String> windows = batch.stream()
                .map(Checkpoint::window)
                .filter(window -> !window.isEmpty())
                .toList();
        double[] scores = windows.isEmpty() ? new double[0] : scorer.score(windows);
        int scored = 0;
        for (Checkpoint checkpoint : batch) {
            answer(checkpoint, checkpoint.window().isEmpty() ? 0 : scores[scored++]);
        }
    }

    private static void answer(Checkpoint checkpoint, double score) {
        String answer = "{\"s\":%d,\"score\":%s,\"through\":%d%s}"
                .formatted(checkpoint.stream(), score, checkpoint.through(), checkpoint.last() ? ",\"end\":true" : "");
        checkpoint.channel().writeAndFlush(new TextWebSocketFrame(answer));
    }
}
