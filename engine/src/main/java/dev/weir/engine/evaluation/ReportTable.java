package dev.weir.engine.evaluation;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reports as a table for people: one line a file, shares in per cent with their intervals. */
public final class ReportTable {

    private static final String HEAD = "%-32s %6s %6s %6s %6s %6s %6s  %-21s %-21s %6s %7s %6s %6s %6s  %s";

    private ReportTable() {}

    /** @param reports those of the files, then the total */
    public static String of(List<Report> reports) {
        StringBuilder table = new StringBuilder();
        line(
                table,
                String.format(
                        Locale.ROOT,
                        HEAD,
                        "file",
                        "rows",
                        "harm",
                        "share",
                        "AUROC",
                        "AUPRC",
                        "F1",
                        "recall %",
                        "false stops %",
                        "seen %",
                        "delay",
                        "Brier",
                        "ECE",
                        "pooled",
                        "at 1 %"));
        for (Report report : reports) {
            line(
                    table,
                    String.format(
                            Locale.ROOT,
                            HEAD,
                            shortened(report.file()),
                            report.rows(),
                            report.positives(),
                            decimals(report.prevalence()),
                            decimals(report.auroc()),
                            decimals(report.auprc()),
                            decimals(report.f1()),
                            interval(report.recall()),
                            interval(report.falseStopRate()),
                            percent(report.shareSeenAtStop()),
                            signed(
                                    report.onset() == null
                                            ? null
                                            : report.onset().medianTokens()),
                            decimals(report.brier()),
                            decimals(report.ece()),
                            decimals(report.pooled().auroc()),
                            interval(recallAtOnePercent(report.pooled()))));
        }
        lengths(table, reports.getLast());
        detections(table, reports.getLast());
        return table.toString();
    }

    private static @Nullable Proportion recallAtOnePercent(Detection detection) {
        OperatingPoint point = detection.atFalseStops().get(Detection.name(0.01));
        return point == null ? null : point.recall();
    }

    private static void lengths(StringBuilder table, Report total) {
        line(table, "");
        total.lengths()
                .forEach((band, rates) -> line(
                        table,
                        String.format(
                                Locale.ROOT,
                                "%-32s %6d %41s  %-21s %-21s",
                                total.file() + ", " + band + " tokens",
                                rates.rows(),
                                "",
                                interval(rates.recall()),
                                interval(rates.falseStopRate()))));
    }

    /** Recall, and the mean share of the text seen, where so many of the run's harmless texts are stopped. */
    private static void detections(StringBuilder table, Report total) {
        line(table, "");
        StringBuilder head =
                new StringBuilder(String.format(Locale.ROOT, "%-32s %6s %6s", "at false stops of", "AUROC", "cost"));
        Detection.ALPHAS.forEach(alpha -> head.append(String.format(Locale.ROOT, "  %-27s", Detection.name(alpha))));
        line(table, head.toString());
        line(table, detection("the engine", total.pooled()));
        total.baselines().forEach((name, detection) -> line(table, detection(name, detection)));
    }

    private static String detection(String name, Detection detection) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-32s %6s %6s",
                shortened(name),
                decimals(detection.auroc()),
                detection.encoderTokensPerToken() == null
                        ? "-"
                        : String.format(Locale.ROOT, "%.1f", detection.encoderTokensPerToken())));
        detection
                .atFalseStops()
                .values()
                .forEach(point -> line.append(String.format(
                        Locale.ROOT, "  %-18s seen %-4s", interval(point.recall()), percent(point.shareSeen()))));
        return line.toString();
    }

    private static void line(StringBuilder table, String line) {
        table.append(line.stripTrailing()).append('\n');
    }

    private static String shortened(String name) {
        return name.length() <= 32 ? name : name.substring(0, 31) + "…";
    }

    private static String decimals(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String percent(@Nullable Double share) {
        return share == null ? "-" : String.format(Locale.ROOT, "%.0f", 100 * share);
    }

    private static String signed(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%+.0f", value);
    }

    private static String interval(@Nullable Proportion rate) {
        return rate == null
                ? "-"
                : String.format(
                        Locale.ROOT, "%.1f [%.1f, %.1f]", 100 * rate.share(), 100 * rate.low(), 100 * rate.high());
    }
}
