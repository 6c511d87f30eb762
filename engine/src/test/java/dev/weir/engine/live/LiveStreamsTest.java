package dev.weir.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.models.Category;
import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveStreamsTest {

    private final LiveStreams live = new LiveStreams();

    private LiveStream open(String uid, long openedMillis) {
        return live.open(new LiveStream.About("default", uid, uid, "content", "default@1", Mode.GATE, openedMillis));
    }

    @Test
    void showsTheRiskiestAndThenTheNewestOfTheOthers() {
        live.watch(true);
        List<LiveStream> streams = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            streams.add(open("s" + i, i));
        }
        streams.get(2).scored(1, 0.9, 0.9, Category.HATE);
        streams.get(0).scored(1, 0.5, 0.5, Category.HATE);
        assertThat(live.sample(2, 2)).extracting(view -> view.about().uid()).containsExactly("s2", "s0", "s5", "s4");
        streams.get(2).close();
        assertThat(live.sample(1, 0)).extracting(view -> view.about().uid()).containsExactly("s0");
    }

    @Test
    void writesRisksDownOnlyWhileSomebodyWatches() {
        LiveStream stream = open("s", 0);
        assertThat(stream.isWatched()).isFalse();
        live.watch(true);
        assertThat(stream.isWatched()).isTrue();
        stream.scored(7, 0.25, 0.5, Category.FRAUD_SCAMS);
        LiveStream.View view = live.sample(1, 0).getFirst();
        assertThat(view.from()).as("the token at which the trace begins").isEqualTo(6);
        assertThat(view.trace()).containsExactly(0.25f);
        assertThat(view.category()).isEqualTo(Category.FRAUD_SCAMS);
        live.watch(false);
        assertThat(live.sample(1, 0).getFirst().trace()).isEmpty();
    }
}
