package dev.weir.engine.ensemble;

/**
 * The positions at which a windowed expert may be asked, counted in tokens: every stride, and more often at the start,
 * because many replies are shorter than a few strides and a harmful one should not end before anybody looked.
 */
public final class WindowSchedule {

    private WindowSchedule() {}

    /**
     * Whether {@code position} tokens are such a place: the half, three quarters and whole of the first stride, the half
     * and whole of the second, and then each whole one.
     *
     * @param stride at least 1
     */
    public static boolean contains(int position, int stride) {
        if (position > 0 && position % stride == 0) {
            return true;
        }
        int gap = Math.max(1, position < stride ? stride / 4 : stride / 2);
        return position >= Math.max(1, stride / 2) && position < 2 * stride && position % gap == 0;
    }

    /** The first such place after {@code position}. */
    public static int after(int position, int stride) {
        int next = position + 1;
        while (!contains(next, stride)) {
            next++;
        }
        return next;
    }

    /** The last such place before {@code position}; 0 when there is none. */
    public static int before(int position, int stride) {
        int last = position - 1;
        while (last > 0 && !contains(last, stride)) {
            last--;
        }
        return last;
    }
}
