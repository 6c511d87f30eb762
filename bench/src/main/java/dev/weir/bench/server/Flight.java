package dev.weir.bench.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a flight recording says of a stretch of time.
 *
 * @param samples of processor time, by the stage their stack belongs to
 * @param withoutStack samples whose stack could not be taken
 * @param lost samples that were dropped
 * @param allocatedBytes estimated from samples, by stage
 * @param pausesMillis of the collector, in the order they came
 */
public record Flight(
        Map<Stage, Long> samples,
        long withoutStack,
        long lost,
        Map<Stage, Long> allocatedBytes,
        List<Double> pausesMillis) {

    /** Nothing recorded. */
    public static final Flight NONE = new Flight(Map.of(), 0, 0, Map.of(), List.of());

    static Flight read(Path recording, Instant from, Instant to) throws IOException {
        Reading reading = new Reading();
        try (RecordingFile events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (!event.getStartTime().isBefore(from) && event.getStartTime().isBefore(to)) {
                    reading.take(event);
                }
            }
        }
        return reading.done();
    }

    public long allocatedBytesInAll() {
        return allocatedBytes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static final class Reading {
        private final Map<Stage, Long> samples = new EnumMap<>(Stage.class);
        private final Map<Stage, Long> allocated = new EnumMap<>(Stage.class);
        private final List<Double> pauses = new ArrayList<>();
        private long withoutStack;
        private long lost;

        void take(RecordedEvent event) {
            switch (event.getEventType().getName()) {
                case "jdk.CPUTimeSample" -> {
                    if (event.getStackTrace() == null) {
                        withoutStack++;
                    } else {
                        samples.merge(stage(event), 1L, Long::sum);
                    }
                }
                case "jdk.CPUTimeSamplesLost" -> lost += event.getLong("lostSamples");
                case "jdk.ObjectAllocationSample" -> allocated.merge(stage(event), event.getLong("weight"), Long::sum);
                case "jdk.GCPhasePause" -> pauses.add(event.getDuration().toNanos() / 1e6);
                default -> {}
            }
        }

        private static Stage stage(RecordedEvent event) {
            RecordedStackTrace stack = event.getStackTrace();
            return stack == null ? Stage.OTHER : Stage.ofStack(classNames(stack.getFrames()));
        }

        private static List<String> classNames(List<RecordedFrame> frames) {
            return frames.stream()
                    .map(frame -> frame.getMethod().getType().getName())
                    .toList();
        }

        Flight done() {
            return new Flight(samples, withoutStack, lost, allocated, List.copyOf(pauses));
        }
    }
}
