package dev.weir.engine.report;

import dev.weir.engine.evaluation.Judged;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The texts a run got most wrong, by their ids. */
final class Examples {

    private static final int SHOWN = 20;

    private final boolean withText;

    /** @param withText whether the page holds the texts, each behind a click */
    Examples(boolean withText) {
        this.withText = withText;
    }

    String of(List<Judged> texts) {
        Comparator<Judged> byRisk = Comparator.comparingDouble(Judged::topRisk);
        return "<h3>Harmless, with the highest risk</h3>\n"
                + table(texts.stream()
                        .filter(text -> !text.harmful())
                        .sorted(byRisk.reversed())
                        .limit(SHOWN)
                        .toList())
                + "<h3>Harmful, with the lowest risk</h3>\n"
                + table(texts.stream()
                        .filter(Judged::harmful)
                        .sorted(byRisk)
                        .limit(SHOWN)
                        .toList());
    }

    private String table(List<Judged> texts) {
        if (texts.isEmpty()) {
            return "<p>None in this run.</p>\n";
        }
        List<String> head = new ArrayList<>(List.of("id", "risk", "stopped", "tokens", "categories"));
        if (withText) {
            head.add("text");
        }
        return Html.table(head, texts.stream().map(this::row).toList());
    }

    private List<String> row(Judged text) {
        List<String> row = new ArrayList<>(List.of(
                "<code>" + Html.escape(text.row().id()) + "</code>",
                Html.decimals(text.topRisk()),
                text.stopped() ? "yes" : "no",
                text.row().isPrompt() ? "prompt" : Html.count(text.tokens()),
                text.row().categories().stream()
                        .map(category -> category.wireName())
                        .collect(Collectors.joining(", "))));
        if (withText) {
            row.add("<details><summary>show</summary><p>"
                    + Html.escape(text.row().text()) + "</p></details>");
        }
        return row;
    }
}
