package dev.weir.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowedSessionTest {
    private static WindowedExpert minilm() throws ExpertLoadException {
        Path experts = Path.of(System.getProperty("weir.repository", "..")).resolve("models/experts");
        return (WindowedExpert) ExpertLibrary.load(experts).named("minilm").orElseThrow();
    }

    private static WindowRow row(int count, int seed) {
        int[] ids = new Random(seed).ints(count, 1000, 30000).toArray();
        ids[0] = 101;
        ids[count - 1] = 102;
        return new WindowRow(ids, count);
    }

    @Test
    void givesARowTheSameBitsAloneAndAmongOthers() throws Exception {
        WindowedExpert expert = minilm();
        int categories = expert.categories().size();
        try (WindowedSession session = WindowedSession.open(expert, Device.CPU)) {
            for (int count : new int[] {3, 16, 17, 40, 64}) {
                session.score(List.of(row(count, 7)));
                List<Integer> alone = new ArrayList<>();
                for (int c = 0; c < categories; c++) {
                    alone.add(Float.floatToRawIntBits(session.logit(c)));
                }
                for (int others = 1; others < 8; others += 3) {
                    List<WindowRow> rows = new ArrayList<>();
                    for (int i = 0; i < others; i++) {
                        rows.add(row(count, 100 + i));
                    }
                    rows.add(row(count, 7));
                    session.score(rows);
                    List<Integer> among = new ArrayList<>();
                    for (int c = 0; c < categories; c++) {
                        among.add(Float.floatToRawIntBits(session.logit(others * categories + c)));
                    }
                    assertThat(among).as("%d tokens beside %d", count, others).isEqualTo(alone);
                }
            }
        }
    }

    @Test
    void scoresRowsOfAllLengthsInOneCall() throws Exception {
        try (WindowedSession session = WindowedSession.open(minilm(), Device.CPU)) {
            WindowRow alone = row(20, 7);
            session.score(List.of(alone));
            WindowRow among = row(20, 7);
            session.score(List.of(row(64, 1), row(5, 2), among, row(33, 3)));
            for (int c = 0; c < 17; c++) {
                assertThat(among.vote(c)).isEqualTo(alone.vote(c));
            }
        }
    }
}
