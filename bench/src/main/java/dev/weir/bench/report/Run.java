package dev.weir.bench.report;

import java.util.List;

/**
 * All of a run.
 *
 * @param rows what a profile found besides its points
 * @param line seconds of its parts, where they follow each other; else empty
 * @param table what it comes to, for a terminal
 */
public record Run(RunNote note, List<Point> points, List<?> rows, List<Second> line, String table) {

    /** Points by themselves. */
    public static Run of(RunNote note, List<Point> points) {
        return new Run(note, points, List.of(), List.of(), PointTable.of(points));
    }
}
