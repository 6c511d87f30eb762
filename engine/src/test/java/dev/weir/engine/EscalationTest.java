package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A conversation carries risk from turn to turn. */
class EscalationTest {

    private static final String INSULT = "You are a stupid, worthless idiot and everybody hates you.";
    private static final String CLEAN = "Bake the loaf for forty minutes and let it cool on a rack before you cut it.";

    private static Engine engine;

    @BeforeAll
    static void start() throws StartException {
        engine = Engines.start("");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static StreamRun say(@Nullable String conversation, String text, @Nullable String resume) {
        OpenStream open = new OpenStream(
                "s", null, Mode.MONITOR, Units.CODEPOINT, conversation, "content", List.of(), Map.of(), resume);
        StreamRun run = StreamRun.of(engine, open, List.of(text));
        run.terminal();
        return run;
    }

    private static double maxRisk(StreamRun run) {
        return ((ServerMessage.Ended) run.terminal()).maxRisk();
    }

    @Test
    void readsATurnWithWhatTheTurnsBeforeItWere() {
        double alone = maxRisk(say(null, CLEAN, null));
        assertThat(maxRisk(say("escalating", CLEAN, null))).isEqualTo(alone);
        say("escalating", INSULT, null);
        double afterOne = maxRisk(say("escalating", CLEAN, null));
        say("escalating", INSULT, null);
        say("escalating", INSULT, null);
        assertThat(afterOne).isGreaterThan(alone);
        assertThat(maxRisk(say("escalating", CLEAN, null))).isGreaterThan(afterOne);
        assertThat(maxRisk(say("another", CLEAN, null))).isEqualTo(alone);
    }

    @Test
    void resumesATurnWithWhatWasCarriedThen() {
        say("resumed", INSULT, null);
        StreamRun first = say("resumed", CLEAN, null);
        String token = first.messages(ServerMessage.Opened.class).getFirst().resume();
        say("resumed", INSULT, null);
        assertThat(say("resumed", CLEAN, token).decisions()).isEqualTo(first.decisions());
    }
}
