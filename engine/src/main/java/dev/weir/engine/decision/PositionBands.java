package dev.weir.engine.decision;

import java.util.ArrayList;
import java.util.List;

/**
 * The ranges of positions between which a threshold may differ, counted in tokens decided. A position is known as it is
 * reached; how long the text will become is not, and plays no part.
 *
 * @param starts first position of each band after the first, ascending, above 0; the first band starts at 0
 */
public record PositionBands(List<Integer> starts) {

    /** Each four times as long as what came before it. */
    public static final PositionBands DEFAULT = new PositionBands(List.of(64, 256, 1024));

    /** One band, from the first character to the last. */
    public static final PositionBands NONE = new PositionBands(List.of());

    /** @throws IllegalArgumentException when the starts do not ascend from above 0 */
    public PositionBands {
        starts = List.copyOf(starts);
        int before = 0;
        for (int start : starts) {
            if (start <= before) {
                throw new IllegalArgumentException("bands: " + starts + " (expected: ascending, the first above 0)");
            }
            before = start;
        }
    }

    public int count() {
        return starts.size() + 1;
    }

    /** @param tokens decided so far, at least 0 */
    public int of(int tokens) {
        int band = 0;
        while (band < starts.size() && tokens >= starts.get(band)) {
            band++;
        }
        return band;
    }

    /** One name a band, for tables: {@code 0-63}, …, {@code from 1024}. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (int band = 0; band < count(); band++) {
            int from = band == 0 ? 0 : starts.get(band - 1);
            names.add(band == starts.size() ? "from " + from : from + "-" + (starts.get(band) - 1));
        }
        return names;
    }
}
