package dev.weir.engine.stream;

import dev.weir.engine.decision.Position;
import dev.weir.protocol.Units;

/**
 * Turns recent code point offsets into positions in the stream's own unit. Keeps only the stretch that offsets may still
 * be asked about, so its memory follows the unsettled and held text and not the stream.
 */
final class UnitMap {

    private final Units units;
    /** Unit offset of each code point from {@link #base} on, in a ring. */
    private int[] offsets = new int[64];

    private int base;
    private int head;
    private int length;
    private int unitLength;

    UnitMap(Units units) {
        this.units = units;
    }

    /** @param utf8Bytes that the code point took, or that it replaces */
    void append(int codePoint, int utf8Bytes) {
        if (units != Units.CODEPOINT) {
            int kept = length - base;
            if (kept == offsets.length) {
                grow();
            }
            offsets[(head + kept) & (offsets.length - 1)] = unitLength;
        }
        length++;
        unitLength += width(codePoint, utf8Bytes);
    }

    /** @param offset in code points, at most the length and not forgotten */
    long position(int offset) {
        if (units == Units.CODEPOINT) {
            return Position.of(offset, offset);
        }
        if (offset == length) {
            return Position.of(length, unitLength);
        }
        if (offset < base || offset > length) {
            throw new IllegalArgumentException(
                    "offset " + offset + " (expected: kept offsets " + base + " to " + length + ")");
        }
        return Position.of(offset, offsets[(head + offset - base) & (offsets.length - 1)]);
    }

    /** Nothing before {@code offset} will be asked about again. */
    void forgetBefore(int offset) {
        if (units != Units.CODEPOINT && offset > base) {
            head = (head + offset - base) & (offsets.length - 1);
            base = offset;
        }
    }

    int length() {
        return length;
    }

    int unitLength() {
        return unitLength;
    }

    /** What an incomplete character of so many bytes counts as: the U+FFFD it becomes unless it is completed. */
    int replaced(int utf8Bytes) {
        return utf8Bytes == 0 ? 0 : width(Utf8Characters.REPLACEMENT, utf8Bytes);
    }

    static int utf8Bytes(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    private int width(int codePoint, int utf8Bytes) {
        return switch (units) {
            case CODEPOINT -> 1;
            case UTF16 -> Character.charCount(codePoint);
            case UTF8 -> utf8Bytes;
        };
    }

    private void grow() {
        int[] larger = new int[offsets.length * 2];
        for (int i = 0; i < offsets.length; i++) {
            larger[i] = offsets[(head + i) & (offsets.length - 1)];
        }
        offsets = larger;
        head = 0;
    }
}
