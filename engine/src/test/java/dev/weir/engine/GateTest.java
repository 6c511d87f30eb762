package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.stream.StreamSession;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Law 4 over the whole line: in gate mode nothing of a secret gets out. */
class GateTest {

    private static Engine engine;

    @BeforeAll
    static void start() throws StartException {
        engine = Engines.start("weir.models.experts = [lexicon, causal]");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void noCharacterOfASecretIsReleasedAtAnySplit() {
        for (String secret : Secrets.SAMPLE) {
            String text = "Of course, here it is: " + secret + " and that is all.";
            int from = text.indexOf(secret);
            for (int cut = from; cut <= from + secret.length(); cut++) {
                StreamRun run = StreamRun.of(
                        engine,
                        StreamRun.open(Mode.GATE, Units.CODEPOINT),
                        List.of(text.substring(0, cut), text.substring(cut)));
                assertNothingShown(run, from, secret);
            }
        }
    }

    @Test
    void redactionsAreToldBeforeAnyReleasePastThem() {
        StreamRun run = StreamRun.of(
                engine,
                StreamRun.open(Mode.GATE, Units.CODEPOINT),
                List.of("The card is 4111 1111 1111 1111, and the mail is jane@example.org, thank you."));
        run.terminal();
        int released = 0;
        for (ServerMessage message : run.messages()) {
            if (message instanceof ServerMessage.Redacted redacted) {
                assertThat(redacted.from()).isGreaterThanOrEqualTo(released);
            } else if (message instanceof ServerMessage.Released now) {
                assertThat(now.through()).isGreaterThanOrEqualTo(released);
                released = now.through();
            }
        }
        assertThat(run.messages(ServerMessage.Redacted.class)).hasSize(2);
    }

    @Test
    void aFlushReleasesNothingThatCouldBecomeASecret() {
        StreamRun run = StreamRun.start(engine, StreamRun.open(Mode.GATE, Units.CODEPOINT));
        run.send("Call me at 4111 1111 1111").tell(new StreamSession.FlushTail());
        run.send(" 1111 now").tell(new StreamSession.End(null));
        run.terminal();
        assertNothingShown(run, 11, "4111 1111 1111 1111");
    }

    /** The secret is redacted before anything past its start is released, or the stream is stopped before it. */
    private static void assertNothingShown(StreamRun run, int from, String secret) {
        boolean told = run.terminal() instanceof ServerMessage.Stopped stopped && stopped.released() <= from;
        for (ServerMessage message : run.messages()) {
            if (message instanceof ServerMessage.Redacted redacted
                    && redacted.from() <= from
                    && redacted.to() >= from + secret.length()) {
                told = true;
            } else if (message instanceof ServerMessage.Released released && !told) {
                assertThat(released.through())
                        .as("release before the redaction of %s", secret)
                        .isLessThanOrEqualTo(from);
            }
        }
        assertThat(told).as("redaction of %s in %s", secret, run.messages()).isTrue();
    }
}
