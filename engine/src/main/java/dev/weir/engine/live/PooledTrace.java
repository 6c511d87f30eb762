package dev.weir.engine.live;

import java.util.Arrays;

/**
 * A curve of any length in constant memory: at most {@value #MOST} points, each the largest of equally many values. When
 * there is no room left, every two become one, so a short peak is never lost. Not thread-safe.
 */
final class PooledTrace {

    static final int MOST = 48;

    private final float[] points = new float[MOST];
    private int count;
    private int stride = 1;
    private int inLast;

    void add(double value) {
        if (inLast == 0) {
            if (count == MOST) {
                halve();
            }
            points[count++] = (float) value;
        } else {
            points[count - 1] = Math.max(points[count - 1], (float) value);
        }
        inLast = (inLast + 1) % stride;
    }

    float[] points() {
        return Arrays.copyOf(points, count);
    }

    /** How many values a point stands for. */
    int stride() {
        return stride;
    }

    private void halve() {
        for (int i = 0; i < MOST / 2; i++) {
            points[i] = Math.max(points[2 * i], points[2 * i + 1]);
        }
        count = MOST / 2;
        stride *= 2;
    }
}
