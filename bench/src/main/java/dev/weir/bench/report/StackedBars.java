package dev.weir.bench.report;

import dev.weir.engine.report.Html;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Bars that lie, one below another, each divided into the same parts in the same order, as inline SVG with its legend. At most
 * eleven parts, whose colours come from the page's style.
 */
final class StackedBars {

    private static final int WIDTH = 960;
    private static final int LEFT = 130;
    private static final int RIGHT = 70;
    private static final int BAR = 24;
    private static final int STEP = 34;

    private StackedBars() {}

    /**
     * @param bars the parts of each by name, under the bar's name; all with the same names
     * @param unit behind each bar's sum
     */
    static String figure(String title, Map<String, Map<String, Double>> bars, String unit) {
        double longest =
                bars.values().stream().mapToDouble(StackedBars::sum).max().orElse(0);
        List<String> parts = bars.isEmpty()
                ? List.of()
                : List.copyOf(bars.values().iterator().next().keySet());
        StringBuilder drawn = new StringBuilder();
        int y = 6;
        for (Map.Entry<String, Map<String, Double>> bar : bars.entrySet()) {
            drawn.append(bar(bar.getKey(), bar.getValue(), parts, longest, y, unit));
            y += STEP;
        }
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            key.append("<span class=\"s%d\"><i></i>%s</span>".formatted(i + 1, Html.escape(parts.get(i))));
        }
        return """
                <figure>
                <h3>%s</h3>
                <p class="key">%s</p>
                <svg viewBox="0 0 %d %d" role="img" aria-label="%s">
                %s</svg>
                </figure>
                """.formatted(Html.escape(title), key, WIDTH, y + 4, Html.escape(title), drawn);
    }

    private static String bar(
            String name, Map<String, Double> values, List<String> parts, double longest, int y, String unit) {
        StringBuilder drawn = new StringBuilder(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>".formatted(LEFT - 8, y + 16, Html.escape(name)));
        double scale = longest == 0 ? 0 : (WIDTH - LEFT - RIGHT) / longest;
        double x = LEFT;
        for (int i = 0; i < parts.size(); i++) {
            double value = values.getOrDefault(parts.get(i), 0.0);
            drawn.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"part s%d\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s: %.2f</title></rect>",
                    i + 1,
                    x,
                    y,
                    value * scale,
                    BAR,
                    Html.escape(parts.get(i)),
                    value));
            x += value * scale;
        }
        return drawn.append(String.format(
                        Locale.ROOT,
                        "<text class=\"note\" x=\"%.1f\" y=\"%d\">%.1f %s</text>%n",
                        x + 6,
                        y + 16,
                        sum(values),
                        Html.escape(unit)))
                .toString();
    }

    private static double sum(Map<String, Double> values) {
        return values.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
