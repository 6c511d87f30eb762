package dev.weir.engine.report;

import dev.weir.engine.evaluation.CategoryReport;
import dev.weir.engine.evaluation.Curves;
import dev.weir.engine.evaluation.Detection;
import dev.weir.engine.evaluation.Judged;
import dev.weir.engine.evaluation.LengthBand;
import dev.weir.engine.evaluation.OnsetDelay;
import dev.weir.engine.evaluation.OperatingPoint;
import dev.weir.engine.evaluation.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A run as one page that needs nothing beside it: no script, no font, no picture from elsewhere. */
public final class HtmlReport {

    private HtmlReport() {}

    /**
     * @param reports those of the files, then the total
     * @param texts of all files
     * @param withText whether the page holds the texts of its examples, each behind a click
     */
    public static String of(List<Report> reports, List<Judged> texts, boolean withText) {
        return page("Weir: evaluation", body(reports, reports.getLast(), texts, withText));
    }

    /**
     * A page by itself.
     *
     * @param body HTML already
     */
    public static String page(String title, String body) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                %s</main>
                </body>
                </html>
                """.formatted(Html.escape(title), style(), body);
    }

    private static String body(List<Report> reports, Report total, List<Judged> texts, boolean withText) {
        StringBuilder body = new StringBuilder();
        body.append(header(reports, total));
        body.append(Figures.of(total, Curves.of(texts)));
        body.append(section("Sources", """
                AUROC sets a file's harmful texts against its own harmless ones; pooled, against the harmless texts of all
                files with the same roles (%s for the total). Recall and false stops are those of the policy's
                thresholds; brackets are exact 95 %% intervals.
                """.formatted(Html.count(total.pooled().pool())), sources(reports)));
        body.append(section("Recall at chosen false stops", """
                At thresholds that stop so many per cent of the pool, which are of this very run: what a perfect calibration
                would give, and no promise about other texts. Seen is the mean share of text decided at the stops of
                harmful texts over 64 tokens.
                """, operatingPoints(reports)));
        if (!total.categories().isEmpty()) {
            body.append(section("Categories", """
                    Of the harmful texts whose rows name kinds of harm; a text can name several. By the running risk, and by the
                    risk of that category alone where an expert votes on it.
                    """, categories(total)));
        }
        if (!total.lengths().isEmpty()) {
            body.append(section("Lengths", """
                    By the policy's thresholds. The last column is the chance of so many false stops where the true rate is 1 %,
                    corrected by Holm's method for the bands together: below 0.05 the band is significantly above 1 %.
                    """, lengths(total)));
        }
        body.append(section("Stop rules and baselines", """
                Each with thresholds of its own that stop so many per cent of the same harmless texts. Seen is the mean share of
                text decided at the stops of harmful texts over 64 tokens; cost is encoder tokens for each token of text.
                """, detections(total)));
        if (reports.stream().anyMatch(report -> report.onset() != null)) {
            body.append(section("Stops and the annotated onset", """
                    Delay in tokens from the token in which the first annotated harm starts to the stop. A stop before
                    it is an error.
                    """, onsets(reports)));
        }
        body.append(section(
                "Worst examples",
                withText ? "The texts are behind a click; some are vile." : "By id only; --with-text adds the texts.",
                new Examples(withText).of(texts)));
        return body.toString();
    }

    private static String header(List<Report> reports, Report total) {
        return """
                <header>
                <h1>Weir <span>evaluation</span></h1>
                <p>%s texts of %d %s, %s of them harmful (%s).</p>
                <dl>
                <div><dt>AUROC</dt><dd>%s</dd></div>
                <div><dt>recall of the policy</dt><dd>%s</dd></div>
                <div><dt>false stops of the policy</dt><dd>%s</dd></div>
                <div><dt>text seen at a stop</dt><dd>%s</dd></div>
                </dl>
                </header>
                """.formatted(
                        Html.count(total.rows()),
                        reports.size() - 1,
                        reports.size() == 2 ? "file" : "files",
                        Html.count(total.positives()),
                        String.format(Locale.ROOT, "%.1f %%", 100 * total.prevalence()),
                        Html.decimals(total.auroc()),
                        Html.interval(total.recall()),
                        Html.interval(total.falseStopRate()),
                        Html.percent(total.meanShareSeenAtStop()));
    }

    /**
     * @param words escaped here
     * @param content HTML already
     */
    public static String section(String title, String words, String content) {
        return "<section>\n<h2>%s</h2>\n<p>%s</p>\n%s</section>\n"
                .formatted(Html.escape(title), Html.escape(words.strip()), content);
    }

    private static String sources(List<Report> reports) {
        List<String> head = List.of(
                "file",
                "texts",
                "harmful",
                "AUROC",
                "pooled",
                "AUPRC",
                "F1",
                "recall",
                "false stops",
                "seen",
                "Brier",
                "ECE");
        List<List<String>> rows = new ArrayList<>();
        for (Report report : reports) {
            rows.add(List.of(
                    Html.escape(report.file()),
                    Html.count(report.rows()),
                    Html.count(report.positives()),
                    Html.decimals(report.auroc()),
                    Html.decimals(report.pooled().auroc()),
                    Html.decimals(report.auprc()),
                    Html.decimals(report.f1()),
                    Html.interval(report.recall()),
                    Html.interval(report.falseStopRate()),
                    Html.percent(report.meanShareSeenAtStop()),
                    Html.decimals(report.brier()),
                    Html.decimals(report.ece())));
        }
        return Html.table(head, rows);
    }

    private static String operatingPoints(List<Report> reports) {
        List<String> head = new ArrayList<>(List.of("file", "harmful"));
        Detection.ALPHAS.forEach(alpha -> head.addAll(List.of("at " + Detection.name(alpha), "seen")));
        List<List<String>> rows = new ArrayList<>();
        for (Report report : reports) {
            if (report.positives() > 0) {
                List<String> row = new ArrayList<>(List.of(Html.escape(report.file()), Html.count(report.positives())));
                recalls(report.pooled(), row);
                rows.add(row);
            }
        }
        return Html.table(head, rows);
    }

    private static void recalls(Detection detection, List<String> row) {
        for (double alpha : Detection.ALPHAS) {
            OperatingPoint point = detection.atFalseStops().get(Detection.name(alpha));
            row.add(Html.interval(point == null ? null : point.recall()));
            row.add(Html.percent(point == null ? null : point.shareSeen()));
        }
    }

    private static String categories(Report total) {
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, CategoryReport> entry : total.categories().entrySet()) {
            CategoryReport category = entry.getValue();
            rows.add(List.of(
                    Html.escape(entry.getKey()),
                    Html.count(category.positives()),
                    Html.decimals(category.auroc()),
                    Html.decimals(category.aurocOfCategory()),
                    Html.interval(category.recall())));
        }
        return Html.table(
                List.of("category", "harmful texts", "AUROC by risk", "AUROC by its own risk", "recall"), rows);
    }

    private static String lengths(Report total) {
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, LengthBand> entry : total.lengths().entrySet()) {
            LengthBand band = entry.getValue();
            rows.add(List.of(
                    Html.escape(entry.getKey()),
                    Html.count(band.rows()),
                    Html.interval(band.recall()),
                    Html.interval(band.falseStopRate()),
                    Html.decimals(band.chanceAtOnePercent())));
        }
        return Html.table(List.of("tokens", "texts", "recall", "false stops", "chance at 1 %"), rows);
    }

    private static String detections(Report total) {
        List<String> head = new ArrayList<>(List.of("rule", "AUROC", "cost"));
        Detection.ALPHAS.forEach(alpha -> head.addAll(List.of("at " + Detection.name(alpha), "seen")));
        head.addAll(List.of("recall at 0.5", "false stops at 0.5"));
        List<List<String>> rows = new ArrayList<>();
        rows.add(detection("the engine", total.pooled()));
        total.baselines().forEach((name, detection) -> rows.add(detection(name, detection)));
        return Html.table(head, rows);
    }

    private static List<String> detection(String name, Detection detection) {
        List<String> row = new ArrayList<>(List.of(
                Html.escape(name),
                Html.decimals(detection.auroc()),
                Html.oneDecimal(detection.encoderTokensPerToken())));
        recalls(detection, row);
        row.add(Html.interval(detection.atHalf().recall()));
        row.add(Html.interval(detection.atHalf().falseStopRate()));
        return row;
    }

    private static String onsets(List<Report> reports) {
        List<List<String>> rows = new ArrayList<>();
        for (Report report : reports) {
            OnsetDelay onset = report.onset();
            if (onset != null) {
                rows.add(List.of(
                        Html.escape(report.file()),
                        Html.count(onset.texts()),
                        Html.interval(onset.early()),
                        Html.interval(onset.missed()),
                        Html.signed(onset.medianTokens()),
                        Html.signed(onset.medianLateTokens())));
            }
        }
        return Html.table(
                List.of(
                        "file",
                        "annotated texts",
                        "stopped before it",
                        "missed",
                        "median delay",
                        "median if not before"),
                rows);
    }

    private static String style() {
        try (InputStream style = Objects.requireNonNull(
                HtmlReport.class.getResourceAsStream("/report.css"), "report.css is part of the jar")) {
            return new String(style.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
