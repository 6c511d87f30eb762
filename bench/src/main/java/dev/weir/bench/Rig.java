package dev.weir.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.weir.bench.load.LoadClient;
import dev.weir.bench.load.Slice;
import dev.weir.bench.load.Tallied;
import dev.weir.bench.load.Traffic;
import dev.weir.bench.report.Point;
import dev.weir.bench.report.RunNote;
import dev.weir.bench.report.Second;
import dev.weir.bench.server.ExpertLoad;
import dev.weir.bench.server.Flight;
import dev.weir.bench.server.FlightRecorder;
import dev.weir.bench.server.ProcessTimes;
import dev.weir.bench.server.Scrape;
import dev.weir.bench.server.ServerProcess;
import dev.weir.bench.server.Stage;
import dev.weir.bench.server.StageCosts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server, the client that loads it, and the instruments that read both. */
final class Rig implements AutoCloseable {

    private static final double SLICE_SECONDS = 2;
    private static final double SETTLED = 0.1;
    private static final double REST_SECONDS = 5;

    private final ServerProcess server;
    private final LoadClient client;
    private Traffic traffic;
    private final Set<String> windowed;
    private final Progress progress = new Progress();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<@Nullable FlightRecorder> recording = new AtomicReference<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final OperatingSystemMXBean self = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** @param windowed names of the experts that look at windows */
    Rig(ServerProcess server, LoadClient client, Traffic traffic, Set<String> windowed) {
        this.server = server;
        this.client = client;
        this.traffic = traffic;
        this.windowed = windowed;
    }

    Traffic traffic() {
        return traffic;
    }

    LoadClient client() {
        return client;
    }

    ServerProcess server() {
        return server;
    }

    Progress progress() {
        return progress;
    }

    /**
     * Plays so many streams until at least {@code tokens} have gone through and the server's processor time per token has
     * settled (three slices of two seconds within 10 %), or the time is over: a JVM that is still compiling costs several
     * times what it will.
     */
    void warmUp(int streams, long tokens, double atMostSeconds) throws IOException, InterruptedException {
        client.setStreams(streams);
        client.takeSlice();
        long began = System.nanoTime();
        long played = 0;
        double before = Double.NaN;
        double last = Double.NaN;
        while ((System.nanoTime() - began) / 1e9 < atMostSeconds) {
            long millis = ProcessTimes.of(server.pid()).millis();
            Thread.sleep((long) (SLICE_SECONDS * 1e3));
            Slice slice = client.takeSlice();
            double cost = (ProcessTimes.of(server.pid()).millis() - millis) / (double) Math.max(1, slice.tokens());
            played += slice.tokens();
            progress.at(
                    (System.nanoTime() - began) / 1e9,
                    atMostSeconds,
                    "%d streams, warming up: %.1f ms per 1,000 tokens".formatted(streams, 1e3 * cost));
            if (played >= tokens && near(cost, last) && near(cost, before)) {
                break;
            }
            before = last;
            last = cost;
        }
        progress.clear();
    }

    private static boolean near(double cost, double other) {
        return Math.abs(cost - other) <= SETTLED * cost;
    }

    /** What both sides' instruments showed at the ends of a stretch. */
    private record Watched(
            Tallied seen,
            ProcessTimes before,
            ProcessTimes after,
            Scrape scrapeBefore,
            Scrape scrapeAfter,
            double clientCores,
            Instant from,
            Instant to,
            String loadAverage) {}

    /** Plays so many streams and measures, with the server's time by stage. */
    Point measure(String name, int streams, double seconds) throws IOException, InterruptedException {
        try (FlightRecorder recorder = FlightRecorder.start(server.pid())) {
            recording.set(recorder);
            Thread.sleep(500);
            Watched watched = watch(name, streams, seconds, second -> {});
            progress.say("reading the flight recording");
            recording.set(null);
            Flight flight = recorder.stop(watched.from(), watched.to());
            progress.clear();
            return point(name, streams, watched, flight);
        }
    }

    /** The same without stages, and without the cost of recording them: loads may follow each other at once. */
    Point measure(String name, int streams, double seconds, Consumer<Second> each)
            throws IOException, InterruptedException {
        return point(name, streams, watch(name, streams, seconds, each), Flight.NONE);
    }

    private Watched watch(String name, int streams, double seconds, Consumer<Second> each)
            throws IOException, InterruptedException {
        Scrape scrapeBefore = Scrape.of(http, server.admin());
        long clientBefore = self.getProcessCpuTime();
        ProcessTimes before = ProcessTimes.of(server.pid());
        Instant from = Instant.now();
        client.setStreams(streams);
        client.beginMeasuring();
        long began = System.nanoTime();
        for (int second = 1; second <= seconds; second++) {
            progress.at(second, seconds, name + ", " + streams + " streams");
            Thread.sleep(Math.max(0, second * 1_000L - (System.nanoTime() - began) / 1_000_000));
            each.accept(new Second(second, client.takeSlice(), ProcessTimes.residentKib(server.pid())));
        }
        Tallied seen = client.endMeasuring();
        Instant to = Instant.now();
        ProcessTimes after = ProcessTimes.of(server.pid());
        double clientCores = (self.getProcessCpuTime() - clientBefore) / 1e9 / seen.seconds();
        String loadAverage = RunNote.loadAverage();
        progress.clear();
        return new Watched(
                seen, before, after, scrapeBefore, Scrape.of(http, server.admin()), clientCores, from, to, loadAverage);
    }

    private Point point(String name, int streams, Watched watched, Flight flight) {
        return new Point(
                name, streams, traffic.rate(), traffic.harmfulShare(), watched.seen(), serverSide(watched, flight));
    }

    private Point.ServerSide serverSide(Watched watched, Flight flight) {
        double tokens = Math.max(1, watched.seen().tokens());
        double serverTokens = watched.scrapeAfter().since(watched.scrapeBefore(), "weir_tokens_decided_total");
        List<ExpertLoad> experts = watched.scrapeAfter().experts().stream()
                .map(expert -> ExpertLoad.of(expert, watched.scrapeBefore(), watched.scrapeAfter()))
                .toList();
        double windows = experts.stream()
                .filter(expert -> windowed.contains(expert.expert()))
                .mapToDouble(ExpertLoad::rows)
                .sum();
        Map<Stage, Double> bytes = new EnumMap<>(Stage.class);
        flight.allocatedBytes().forEach((stage, sum) -> bytes.put(stage, sum / tokens));
        ProcessTimes before = watched.before();
        ProcessTimes after = watched.after();
        return new Point.ServerSide(
                (after.millis() - before.millis()) / 1e3 / watched.seen().seconds(),
                byWords(StageCosts.of(before, after, flight), 1e3 / tokens),
                flight.allocatedBytesInAll() / tokens,
                byWords(bytes, 1),
                Point.Pauses.of(flight.pausesMillis()),
                experts,
                windows / Math.max(1, serverTokens),
                serverTokens / tokens,
                before.residentKib(),
                after.residentKib(),
                flight.samples().values().stream().mapToLong(Long::longValue).sum(),
                flight.lost() + flight.withoutStack(),
                watched.clientCores(),
                watched.loadAverage());
    }

    /** From now on other traffic is played: the streams of the old are cancelled first. */
    void play(Traffic other) {
        traffic = other;
        client.setStreams(0);
        client.setTraffic(other);
    }

    /** Lets a server that had too much come to itself. */
    void rest() throws InterruptedException {
        client.setStreams(0);
        progress.await(REST_SECONDS, "resting");
    }

    private static Map<String, Double> byWords(Map<Stage, Double> costs, double factor) {
        Map<String, Double> named = new LinkedHashMap<>();
        costs.forEach((stage, cost) -> named.put(stage.words(), cost * factor));
        return named;
    }

    /** Ends what it began, once; also when the process is told to end. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            progress.clear();
            client.close();
            FlightRecorder unfinished = recording.getAndSet(null);
            if (unfinished != null) {
                unfinished.close();
            }
            server.close();
        }
    }
}
