package dev.weir.engine.evaluation;

import java.util.ArrayList;
import java.util.List;

/** A line through points, in the order it is drawn. */
public record Curve(List<Point> points) {

    public record Point(double x, double y) {}

    public Curve {
        points = List.copyOf(points);
    }

    static final class Builder {

        /** Closer than this to the point before, in both directions, a point would not be seen. */
        private static final double VISIBLE = 1.0 / 500;

        private final List<Point> points = new ArrayList<>();
        private Point last = new Point(Double.NaN, Double.NaN);

        /** Points too close to see are left out, but for the last. */
        void add(double x, double y) {
            last = new Point(x, y);
            if (points.isEmpty()
                    || Math.abs(points.getLast().x() - x) >= VISIBLE
                    || Math.abs(points.getLast().y() - y) >= VISIBLE) {
                points.add(last);
            }
        }

        /** For axes on which small differences are seen. */
        void addAlways(double x, double y) {
            last = new Point(x, y);
            points.add(last);
        }

        Curve build() {
            if (!points.isEmpty() && !points.getLast().equals(last)) {
                points.add(last);
            }
            return new Curve(points);
        }
    }
}
