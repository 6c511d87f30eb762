package dev.weir.engine.trace;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weir.engine.decision.Decision;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts over streams that were decided again. Not thread-safe. */
public final class ReplaySummary {

    /** Of one category: how often it stops a stream, and what becomes of those stops. */
    public static final class Stops {
        @JsonProperty
        private int before;

        @JsonProperty
        private int after;

        @JsonProperty
        private int stopsNow;

        @JsonProperty
        private int stopsNoMore;

        public int before() {
            return before;
        }

        public int after() {
            return after;
        }

        public int stopsNow() {
            return stopsNow;
        }

        public int stopsNoMore() {
            return stopsNoMore;
        }
    }

    private final Map<String, Stops> byCategory = new TreeMap<>();
    private final List<Integer> earlierBy = new ArrayList<>();
    private final List<Integer> laterBy = new ArrayList<>();
    private int streams;
    private int unrecorded;
    private int reproduced;
    private int different;
    private int truncated;
    private int censored;
    private int stopsNow;
    private int stopsNoMore;
    private int receiptsGone;
    private int receiptsAdded;

    public void add(ReplayedStream stream) {
        streams++;
        if (!stream.recorded()) {
            unrecorded++;
            return;
        }
        if (stream.differences().isEmpty()) {
            reproduced++;
        } else {
            different++;
        }
        truncated += stream.before().truncated() || stream.after().truncated() ? 1 : 0;
        censored += stream.after().censored() ? 1 : 0;
        receiptsGone += stream.gone().size();
        receiptsAdded += stream.added().size();
        stream.before().stop().ifPresent(stop -> stops(stop).before++);
        stream.after().stop().ifPresent(stop -> stops(stop).after++);
        switch (stream.change()) {
            case STOPS_NOW -> {
                stopsNow++;
                stream.after().stop().ifPresent(stop -> stops(stop).stopsNow++);
            }
            case STOPS_NO_MORE -> {
                stopsNoMore++;
                stream.before().stop().ifPresent(stop -> stops(stop).stopsNoMore++);
            }
            case EARLIER -> earlierBy.add(-stream.movedBy());
            case LATER -> laterBy.add(stream.movedBy());
            case NONE -> {}
        }
    }

    @JsonProperty
    public int streams() {
        return streams;
    }

    /** Those without a trace, which nothing is known about. */
    @JsonProperty
    public int unrecorded() {
        return unrecorded;
    }

    /** Those whose receipts all came out again, bit for bit. */
    @JsonProperty
    public int reproduced() {
        return reproduced;
    }

    @JsonProperty
    public int different() {
        return different;
    }

    /** Those decided beyond what is recorded. */
    @JsonProperty
    public int truncated() {
        return truncated;
    }

    /** Those that nothing stops where they were stopped: what follows is not known. */
    @JsonProperty
    public int censored() {
        return censored;
    }

    @JsonProperty
    public int stopsNow() {
        return stopsNow;
    }

    @JsonProperty
    public int stopsNoMore() {
        return stopsNoMore;
    }

    @JsonProperty
    public int earlier() {
        return earlierBy.size();
    }

    @JsonProperty
    public int later() {
        return laterBy.size();
    }

    /** Median code points by which the earlier stops come earlier; 0 without one. */
    @JsonProperty
    public int earlierBy() {
        return median(earlierBy);
    }

    /** Median code points by which the later stops come later; 0 without one. */
    @JsonProperty
    public int laterBy() {
        return median(laterBy);
    }

    @JsonProperty
    public int receiptsGone() {
        return receiptsGone;
    }

    @JsonProperty
    public int receiptsAdded() {
        return receiptsAdded;
    }

    @JsonProperty
    public Map<String, Stops> byCategory() {
        return Collections.unmodifiableMap(byCategory);
    }

    private Stops stops(Decision stop) {
        Category category = stop.category();
        return byCategory.computeIfAbsent(category == null ? "" : category.wireName(), name -> new Stops());
    }

    private static int median(List<Integer> values) {
        List<Integer> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }
}
