package dev.weir.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bench.load.Degraded;
import dev.weir.bench.load.Latencies;
import dev.weir.bench.load.Slice;
import dev.weir.bench.load.Tallied;
import dev.weir.bench.server.ExpertLoad;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchPageTest {

    private static final RunNote NOTE = new RunNote(
            "How fast?",
            "ops/weir bench --texts <a&b>",
            "weir.v1+proto",
            "2 cores",
            "0123456789",
            "2026-11-21T18:00:00Z");

    @Test
    void needsNothingBesideIt() {
        String page = BenchPage.of(Run.of(NOTE, List.of(point(100), point(200))));
        assertThat(page)
                .contains(
                        "Latency against load",
                        "Batch size against load",
                        "By stage",
                        "&lt;a&amp;b&gt;",
                        "weir.v1+proto");
        assertThat(page).doesNotContain("http", "src=", "<script", "NaN");
    }

    @Test
    void leavesAGapWhereNothingWasReleased() {
        List<Second> line = List.of(second(1, 10), second(2, 0), second(3, 40));
        String page = BenchPage.of(new Run(NOTE, List.of(point(100)), List.of(), line, ""));
        assertThat(page).contains("Second by second");
        String p50 = page.substring(page.indexOf("<polyline"), page.indexOf("/>", page.indexOf("<polyline")));
        assertThat(p50.split(" "))
                .filteredOn(word -> word.matches(".*\\d,\\d.*"))
                .hasSize(2);
    }

    private static Second second(int at, double millis) {
        return new Second(at, new Slice(1, 100, latencies(millis), 0), 500_000);
    }

    private static Point point(int streams) {
        Tallied seen = new Tallied(
                10,
                streams * 200L,
                latencies(streams),
                latencies(streams),
                latencies(5),
                latencies(0),
                latencies(1),
                10,
                1,
                0,
                0,
                new Degraded(0, 0, 0),
                new Degraded(0, 0, 0),
                3,
                9,
                Map.of());
        Map<String, Double> stages = new LinkedHashMap<>();
        stages.put("gateway", 1.5);
        stages.put("ONNX", 40.0);
        Point.ServerSide server = new Point.ServerSide(
                0.8,
                stages,
                900,
                Map.of(),
                Point.Pauses.of(List.of(2.0, 5.0)),
                List.of(new ExpertLoad("causal", 100, 400, 4, 9, 3, 8, 12, 0.1, 2, 0.5, 3)),
                0.02,
                1,
                500_000,
                510_000,
                300,
                2,
                0.1,
                "1 1 1");
        return new Point("load", streams, 20, 0.5, seen, server);
    }

    private static Latencies latencies(double millis) {
        return new Latencies(millis == 0 ? 0 : 100, millis, 2 * millis, 3 * millis, 4 * millis);
    }
}
