package dev.weir.engine.gateway;

import java.security.SecureRandom;

/**
 * The stream names used in the life of one connection, kept as 64-bit fingerprints: at most 32 bytes a name, however
 * long the name, so that a connection that lives for weeks stays small. Two names share a fingerprint with probability
 * below 1 in 10^9 among 100,000 names; the later one would be refused as a duplicate. The fingerprint is seeded, so
 * that a client cannot choose names that collide.
 *
 * <p>Open addressing with linear probing, at most half full. Not thread-safe.
 */
final class UsedNames {

    private static final long SEED = new SecureRandom().nextLong();

    private long[] slots = new long[64]; // 0 is an empty slot; no fingerprint is 0
    private int size;

    /** Whether the name is new; from now on it is not. */
    boolean add(String name) {
        if (!put(slots, fingerprint(name))) {
            return false;
        }
        size++;
        if (2 * size > slots.length) {
            grow();
        }
        return true;
    }

    int size() {
        return size;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (long fingerprint : slots) {
            if (fingerprint != 0) {
                put(larger, fingerprint);
            }
        }
        slots = larger;
    }

    private static boolean put(long[] slots, long fingerprint) {
        int mask = slots.length - 1;
        int slot = (int) fingerprint & mask;
        while (slots[slot] != 0) {
            if (slots[slot] == fingerprint) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = fingerprint;
        return true;
    }

    private static long fingerprint(String name) {
        long hash = SEED;
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash ^ name.charAt(i));
        }
        return hash == 0 ? 1 : hash;
    }

    /** The finaliser of MurmurHash3, a bijection. */
    private static long mix(long h) {
        long x = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return x ^ (x >>> 33);
    }
}
