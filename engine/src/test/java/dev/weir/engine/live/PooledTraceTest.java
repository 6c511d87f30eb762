package dev.weir.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;

class PooledTraceTest {

    @Property(tries = 300)
    void eachPointIsTheLargestOfItsStretchHoweverLongTheCurve(
            @ForAll @Size(max = 1_000) List<@FloatRange(min = 0, max = 1) Float> values) {
        PooledTrace trace = new PooledTrace();
        values.forEach(trace::add);
        float[] points = trace.points();
        assertThat(points.length).isLessThanOrEqualTo(PooledTrace.MOST);
        assertThat(points.length).isEqualTo(Math.ceilDiv(values.size(), trace.stride()));
        for (int point = 0; point < points.length; point++) {
            int from = point * trace.stride();
            float largest = 0;
            for (float value : values.subList(from, Math.min(values.size(), from + trace.stride()))) {
                largest = Math.max(largest, value);
            }
            assertThat(points[point]).isEqualTo(largest);
        }
    }
}
