package dev.weir.engine.cli;

import dev.weir.protocol.Action;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came of the demo.
 *
 * @param asExpected scenes decided as their author expected; a flag lets text pass, so it counts as a pass
 * @param p50Millis from a delta's intended moment to the release that covers it; null when nothing was released
 */
record DemoSummary(
        String event,
        int conversations,
        int asExpected,
        int falseStops,
        int missed,
        int failed,
        int released,
        @Nullable Double p50Millis,
        @Nullable Double p99Millis) {

    static DemoSummary of(List<DemoScene> scenes) {
        List<DemoScene.View> views = scenes.stream().map(DemoScene::view).toList();
        long[] delays = scenes.stream()
                .flatMap(scene -> scene.delaysNanos().stream())
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return new DemoSummary(
                "summary",
                views.size(),
                (int) views.stream().filter(DemoSummary::isAsExpected).count(),
                (int) views.stream()
                        .filter(view -> decided(view) == Action.STOP
                                && view.conversation().expected() != Action.STOP)
                        .count(),
                (int) views.stream()
                        .filter(view -> decided(view) != Action.STOP
                                && view.conversation().expected() == Action.STOP)
                        .count(),
                (int) views.stream().filter(view -> view.failure() != null).count(),
                delays.length,
                percentile(delays, 50),
                percentile(delays, 99));
    }

    /** What was done, a flag counting as a pass; null while undecided or failed. */
    static @Nullable Action decided(DemoScene.View view) {
        DemoScene.Decision decision = view.decision();
        return decision == null ? null : decision.action() == Action.FLAG ? Action.PASS : decision.action();
    }

    static boolean isAsExpected(DemoScene.View view) {
        return decided(view) == view.conversation().expected();
    }

    /** The smallest delay that so many per cent do not exceed. */
    static @Nullable Double percentile(long[] sortedNanos, int percent) {
        if (sortedNanos.length == 0) {
            return null;
        }
        int rank = (int) Math.ceil(percent / 100.0 * sortedNanos.length);
        return Math.round(sortedNanos[Math.max(0, rank - 1)] / 1e4) / 100.0;
    }

    /** The table at the end, for people. */
    static String table(List<DemoScene> scenes) {
        StringBuilder table = new StringBuilder();
        line(
                table,
                "%-15s %-11s %-9s %-9s %-20s %-15s %-9s",
                "stream",
                "topic",
                "expected",
                "decided",
                "category",
                "stopped at",
                "exposure");
        for (DemoScene scene : scenes) {
            DemoScene.View view = scene.view();
            DemoScene.Decision decision = view.decision();
            line(
                    table,
                    "%-15s %-11s %-9s %-9s %-20s %-15s %-9s %s",
                    view.conversation().name(),
                    view.conversation().topic(),
                    view.conversation().expect(),
                    decision == null ? "failed" : decision.action().wireName(),
                    decision == null || decision.category() == null ? "" : decision.category(),
                    decision == null || decision.at() < 0
                            ? ""
                            : decision.at() + " of "
                                    + view.conversation().reply().length(),
                    decision == null || decision.at() < 0 ? "" : decision.exposure(),
                    isAsExpected(view) ? "" : "<- unexpected");
        }
        return table.toString();
    }

    /** One sentence or two on the numbers. */
    String sentence() {
        String delay = p50Millis == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; from delta to covering release p50 %.1f ms, p99 %.1f ms (%d deltas)",
                        p50Millis,
                        p99Millis,
                        released);
        return asExpected + " of " + conversations + " as expected, " + falseStops + " stopped wrongly, " + missed
                + " missed" + (failed == 0 ? "" : ", " + failed + " failed") + delay;
    }

    private static void line(StringBuilder table, String format, Object... values) {
        table.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
