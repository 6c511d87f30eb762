package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.decision.Position;
import dev.weir.protocol.Units;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class UnitMapTest {

    @Property
    void everyKeptOffsetIsTheLengthOfThePrefixInTheStreamsUnit(
            @ForAll String text, @ForAll Units units, @ForAll @IntRange(max = 50) int keepLast) {
        int[] codePoints = wellFormed(text).codePoints().toArray();
        UnitMap map = new UnitMap(units);
        StringBuilder prefix = new StringBuilder();
        for (int i = 0; i < codePoints.length; i++) {
            map.append(codePoints[i], UnitMap.utf8Bytes(codePoints[i]));
            prefix.appendCodePoint(codePoints[i]);
            map.forgetBefore(Math.max(0, i + 1 - keepLast));
            assertThat(map.position(i + 1)).isEqualTo(Position.of(i + 1, length(prefix.toString(), units)));
        }
        for (int offset = Math.max(0, codePoints.length - keepLast); offset <= codePoints.length; offset++) {
            String before = new String(codePoints, 0, offset);
            assertThat(map.position(offset)).isEqualTo(Position.of(offset, length(before, units)));
        }
    }

    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static int length(String text, Units units) {
        return switch (units) {
            case CODEPOINT -> text.codePointCount(0, text.length());
            case UTF16 -> text.length();
            case UTF8 -> text.getBytes(StandardCharsets.UTF_8).length;
        };
    }
}
