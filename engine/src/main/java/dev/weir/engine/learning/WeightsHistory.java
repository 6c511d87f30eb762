package dev.weir.engine.learning;

import dev.weir.engine.ensemble.WeightsVersion;
import java.util.List;

/** Keeps every version that was published; what was kept once is never changed. */
public interface WeightsHistory {

    /** @param version its number is one above the last */
    void append(WeightsVersion version);

    /** Ascending. */
    List<WeightsVersion> versions();
}
