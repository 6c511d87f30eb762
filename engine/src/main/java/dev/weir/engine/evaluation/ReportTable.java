package dev.weir.engine.evaluation;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reports as a table for people: one line a file, shares in per cent with their intervals. */
public final class ReportTable {

    private static final String HEAD = "%-32s %6s %6s %6s %6s %6s %6s  %-21s %-21s %6s %7s %6s %6s";

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
                        "ECE"));
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
                            signed(report.onsetDelay()),
                            decimals(report.brier()),
                            decimals(report.ece())));
        }
        lengths(table, reports.getLast());
        return table.toString();
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
                                        interval(rates.falseStopRate()))
                                .stripTrailing()));
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
