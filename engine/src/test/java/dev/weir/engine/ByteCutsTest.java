package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.stream.StreamSession;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Units;
import dev.weir.protocol.Utf8Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 1 for a text that comes as bytes: how they are cut, and whether they are UTF-8 at all, shows nowhere. */
class ByteCutsTest {

    private static final String MAIL = "jane.doe@example.org";

    private static final List<byte[]> TEXTS = List.of(
            utf8("naïve Café 🇫🇷 — Zürich 東京の天気は晴れです。 Xin chào các bạn! 😀 You are a worthless, stupid idiot."),
            join(utf8("broken "), new byte[] {(byte) 0xF0, (byte) 0x9F}, utf8(" mail " + MAIL + " "), new byte[] {
                (byte) 0xE2, (byte) 0x82
            }),
            new byte[] {(byte) 0xC3, (byte) 0x80, (byte) 0x80, (byte) 0xED, (byte) 0xA0, (byte) 0x80, 'x', (byte) 0xFF},
            new byte[0]);

    private static Engine engine;

    @BeforeAll
    static void start() throws StartException {
        engine = Engines.start("weir.models.experts = [lexicon, causal]");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(Units.class)
    void everyCutGivesTheSameDecisions(Units units) {
        for (byte[] text : TEXTS) {
            List<String> whole = decisions(units, text, null);
            for (int seed = 0; seed < 4; seed++) {
                assertThat(decisions(units, text, new Random(seed)))
                        .as("%s, %d bytes, seed %d", units, text.length, seed)
                        .isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Units.class)
    void textAndItsBytesDecideAlike(Units units) {
        String text = new String(TEXTS.getFirst(), StandardCharsets.UTF_8);
        StreamRun run = StreamRun.of(engine, StreamRun.open(Mode.GATE, units), List.of(text));
        assertThat(decisions(units, TEXTS.getFirst(), null)).isEqualTo(run.decisions());
    }

    @Test
    void anOffsetInUtf8IsOneIntoTheBytesSentAlsoBehindMalformedOnes() {
        byte[] text = TEXTS.get(1);
        StreamRun run = sent(Units.UTF8, text, new Random(1));
        int from = new String(text, StandardCharsets.ISO_8859_1).indexOf(MAIL);
        assertThat(((ServerMessage.Ended) run.terminal()).through()).isEqualTo(text.length);
        assertThat(run.messages(ServerMessage.Redacted.class))
                .singleElement()
                .satisfies(redacted -> assertThat(redacted.from()).isEqualTo(from))
                .satisfies(redacted -> assertThat(redacted.to()).isEqualTo(from + MAIL.length()));
    }

    @Test
    void malformedBytesCountOneCodePointForEachMaximalSubpart() {
        StreamRun run = sent(Units.CODEPOINT, TEXTS.get(2), new Random(1));
        assertThat(((ServerMessage.Ended) run.terminal()).through()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(Units.class)
    void anIncompleteCharacterCountsAsItsReplacement(Units units) {
        StreamRun run = StreamRun.start(engine, StreamRun.open(Mode.GATE, units));
        byte[] smile = utf8("😀");
        run.tell(new StreamSession.Utf8(Utf8Text.of(smile, 0, 3), 0));
        run.tell(new StreamSession.Utf8(Utf8Text.of(smile, 3, 4), units == Units.UTF8 ? 3 : 1));
        run.tell(new StreamSession.End(
                switch (units) {
                    case CODEPOINT -> 1;
                    case UTF16 -> 2;
                    case UTF8 -> 4;
                }));
        assertThat(run.terminal()).isInstanceOf(ServerMessage.Ended.class);
    }

    /** Text that comes while the prompt is decided is held by its bytes, and credit is given in code points. */
    @Test
    void textMayFollowItsOpenUpToTheInitialCreditHoweverManyBytesItHas() {
        OpenStream open = new OpenStream(
                "early",
                null,
                Mode.GATE,
                Units.CODEPOINT,
                null,
                "content",
                List.of(new PromptMessage("user", "What is a weir?")),
                Map.of(),
                null);
        byte[] text = utf8("東".repeat(8_192));
        StreamRun run = StreamRun.start(engine, open);
        run.tell(new StreamSession.Utf8(Utf8Text.of(text, 0, text.length), 0));
        run.tell(new StreamSession.End(8_192));
        assertThat(run.terminal()).isInstanceOf(ServerMessage.Ended.class);
    }

    private static List<String> decisions(Units units, byte[] text, Random random) {
        return sent(units, text, random).decisions();
    }

    /** At once, or in random pieces of up to five bytes. */
    private static StreamRun sent(Units units, byte[] text, Random random) {
        StreamRun run = StreamRun.start(engine, StreamRun.open(Mode.GATE, units));
        for (int from = 0; from < text.length; ) {
            int to = random == null ? text.length : Math.min(text.length, from + 1 + random.nextInt(5));
            run.tell(new StreamSession.Utf8(Utf8Text.of(text, from, to), null));
            from = to;
        }
        run.tell(new StreamSession.End(null));
        run.terminal();
        return run;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
