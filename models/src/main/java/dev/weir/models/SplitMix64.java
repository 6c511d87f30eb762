package dev.weir.models;

/** The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, section 4): every bit of its input moves every bit. */
public final class SplitMix64 {
    private SplitMix64() {}

    public static long mix(long bits) {
        long z = bits + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
