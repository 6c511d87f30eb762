package dev.weir.engine.report;

import dev.weir.engine.evaluation.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One drawing with two axes, as inline SVG. Colours come from the page's style, by the number of the series, so that it is
 * as readable on a dark screen.
 */
public final class Plot {

    private static final int WIDTH = 480;
    private static final int HEIGHT = 330;
    private static final int LEFT = 58;
    private static final int RIGHT = 18;
    private static final int TOP = 12;
    private static final int BOTTOM = 52;

    private final String title;
    private final Axis x;
    private final Axis y;
    private final StringBuilder drawn = new StringBuilder();
    private final List<String> legend = new ArrayList<>();

    public Plot(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    public Plot line(String name, Curve curve) {
        legend.add(name);
        StringBuilder points = new StringBuilder();
        curve.points()
                .forEach(
                        point -> points.append(String.format(Locale.ROOT, "%.1f,%.1f ", px(point.x()), py(point.y()))));
        drawn.append("<polyline class=\"line s%d\" points=\"%s\"/>"
                .formatted(legend.size(), points.toString().strip()));
        return this;
    }

    /** A dashed line to compare with, from one point to another; not in the legend. */
    public Plot guide(double x1, double y1, double x2, double y2) {
        drawn.append(String.format(
                Locale.ROOT,
                "<line class=\"guide\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
                px(x1),
                py(y1),
                px(x2),
                py(y2)));
        return this;
    }

    /** A point of the first series, with its interval upright. */
    Plot interval(double at, double value, double low, double high) {
        double left = px(at);
        drawn.append(String.format(
                Locale.ROOT,
                "<line class=\"bar s1\" x1=\"%1$.1f\" y1=\"%2$.1f\" x2=\"%1$.1f\" y2=\"%3$.1f\"/>"
                        + "<circle class=\"dot s1\" cx=\"%1$.1f\" cy=\"%4$.1f\" r=\"4\"/>",
                left,
                py(low),
                py(high),
                py(value)));
        return this;
    }

    /** Words above and beside a point. */
    Plot note(double at, double value, String words) {
        drawn.append(String.format(
                Locale.ROOT,
                "<text class=\"note\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                px(at) + 8,
                py(value) - 7,
                Html.escape(words)));
        return this;
    }

    /** With its title, its legend and a caption. */
    public String figure(String caption) {
        StringBuilder key = new StringBuilder();
        if (legend.size() > 1) {
            key.append("<p class=\"key\">");
            for (int i = 0; i < legend.size(); i++) {
                key.append("<span class=\"s%d\"><i></i>%s</span>".formatted(i + 1, Html.escape(legend.get(i))));
            }
            key.append("</p>");
        }
        return """
                <figure>
                <h3>%s</h3>
                %s
                %s
                <figcaption>%s</figcaption>
                </figure>
                """.formatted(Html.escape(title), key, svg(), Html.escape(caption));
    }

    private String svg() {
        StringBuilder grid = new StringBuilder();
        for (Axis.Tick tick : x.ticks()) {
            grid.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\"/>"
                            + "<text x=\"%1$.1f\" y=\"%4$d\" text-anchor=\"middle\">%5$s</text>",
                    px(tick.value()),
                    TOP,
                    HEIGHT - BOTTOM,
                    HEIGHT - BOTTOM + 18,
                    Html.escape(tick.label())));
        }
        for (Axis.Tick tick : y.ticks()) {
            grid.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%1$d\" y1=\"%3$.1f\" x2=\"%2$d\" y2=\"%3$.1f\"/>"
                            + "<text x=\"%4$d\" y=\"%5$.1f\" text-anchor=\"end\">%6$s</text>",
                    LEFT,
                    WIDTH - RIGHT,
                    py(tick.value()),
                    LEFT - 8,
                    py(tick.value()) + 4,
                    Html.escape(tick.label())));
        }
        return """
                <svg viewBox="0 0 %d %d" role="img" aria-label="%s">
                %s
                <text class="axis" x="%d" y="%d" text-anchor="middle">%s</text>
                <text class="axis" transform="translate(14 %d) rotate(-90)" text-anchor="middle">%s</text>
                %s
                </svg>""".formatted(
                        WIDTH,
                        HEIGHT,
                        Html.escape(title),
                        grid,
                        (LEFT + WIDTH - RIGHT) / 2,
                        HEIGHT - 8,
                        Html.escape(x.label()),
                        (TOP + HEIGHT - BOTTOM) / 2,
                        Html.escape(y.label()),
                        drawn);
    }

    private double px(double value) {
        return LEFT + x.place().applyAsDouble(value) * (WIDTH - LEFT - RIGHT);
    }

    private double py(double value) {
        return HEIGHT - BOTTOM - y.place().applyAsDouble(value) * (HEIGHT - TOP - BOTTOM);
    }
}
