package dev.weir.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TokenTailTest {

    @Property
    void keepsTheLastIdsInTheOrderOfTheText(
            @ForAll List<Integer> ids, @ForAll @IntRange(max = 40) int most, @ForAll @IntRange(max = 50) int wanted) {
        TokenTail tail = new TokenTail(most);
        ids.forEach(tail::add);
        int kept = tail.kept(wanted);
        int[] copied = new int[kept];
        tail.copy(kept, copied, 0);

        assertThat(kept).isEqualTo(Math.min(ids.size(), Math.min(most, wanted)));
        assertThat(copied)
                .containsExactly(ids.subList(ids.size() - kept, ids.size()).stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
        assertThat(tail.seen()).isEqualTo(ids.size());
    }
}
