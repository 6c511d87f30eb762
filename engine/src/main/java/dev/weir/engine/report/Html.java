package dev.weir.engine.report;

import dev.weir.engine.evaluation.Proportion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Pieces of a page, and numbers as a page shows them. */
public final class Html {

    private static final String NONE = "<span class=\"none\">–</span>";

    private Html() {}

    /** Safe between tags and in attributes. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /**
     * A table that scrolls sideways where it is too wide; its first column are names, and the row named total stands out.
     *
     * @param head escaped here
     * @param rows cells that are HTML already; as many as {@code head}
     */
    public static String table(List<String> head, List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
        head.forEach(cell -> table.append("<th>").append(escape(cell)).append("</th>"));
        table.append("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            table.append(row.getFirst().equals("total") ? "<tr class=\"total\">" : "<tr>");
            for (int i = 0; i < row.size(); i++) {
                String tag = i == 0 ? "th" : "td";
                table.append('<').append(tag).append('>').append(row.get(i));
                table.append("</").append(tag).append('>');
            }
            table.append("</tr>\n");
        }
        return table.append("</tbody></table></div>\n").toString();
    }

    static String count(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String decimals(@Nullable Double value) {
        return value == null ? NONE : String.format(Locale.ROOT, "%.3f", value);
    }

    static String oneDecimal(@Nullable Double value) {
        return value == null ? NONE : String.format(Locale.ROOT, "%.1f", value);
    }

    /** Whole tokens, with their sign. */
    static String signed(@Nullable Double value) {
        return value == null ? NONE : String.format(Locale.ROOT, "%+.0f", value);
    }

    static String percent(@Nullable Double share) {
        return share == null ? NONE : String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** A share in per cent, with its interval. */
    static String interval(@Nullable Proportion share) {
        return share == null
                ? NONE
                : String.format(
                        Locale.ROOT,
                        "%.1f&thinsp;%% <small>[%.1f, %.1f]</small>",
                        100 * share.share(),
                        100 * share.low(),
                        100 * share.high());
    }
}
