package dev.weir.bench;

import dev.weir.bench.report.Second;
import java.util.List;

/** When a server is itself again after too much load. */
final class Recovery {

    /** Seconds in a row that have to be normal. */
    private static final int IN_A_ROW = 3;

    private Recovery() {}

    /**
     * @param seconds from the moment the load dropped
     * @param normalMillis p99 of released that counts as normal; a second in which nothing was released is not
     * @return whole seconds before the first of three normal ones in a row; NaN without
     */
    static double seconds(List<Second> seconds, double normalMillis) {
        int normal = 0;
        for (Second second : seconds) {
            boolean isNormal = second.slice().released().count() > 0
                    && second.slice().released().p99() <= normalMillis;
            normal = isNormal ? normal + 1 : 0;
            if (normal == IN_A_ROW) {
                return second.at() - (double) IN_A_ROW;
            }
        }
        return Double.NaN;
    }
}
