package dev.weir.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Messages for the tests: any that the contract allows, with text cut anywhere, also inside surrogate pairs. */
final class Samples {

    static final ServerMessage.Stopped STOPPED = new ServerMessage.Stopped(
            "s", 9, 8, 6, 0, "hate", List.of("hate"), Severity.UNSAFE, 0.9, null, "default@1", "stopped", "r-1");

    private static final Arbitrary<String> NAMES =
            Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(128);
    private static final Arbitrary<String> ANY_TEXTS = Arbitraries.strings()
            .all()
            .withChars('"', '\\', '\n', '\ud83d', '\ude00')
            .ofMaxLength(40);
    private static final Arbitrary<Integer> COUNTS = Arbitraries.integers().greaterOrEqual(0);
    private static final Arbitrary<Double> RISKS =
            Arbitraries.doubles().between(0, 1).ofScale(12);
    private static final Arbitrary<Boolean> FLAGS = Arbitraries.of(true, false);
    private static final Arbitrary<String> CHANNELS =
            Arbitraries.of("content", "reasoning", "tool", "content/1", "tool/20");

    private Samples() {}

    static Arbitrary<ClientMessage> clientMessages() {
        return clientMessages(ANY_TEXTS);
    }

    static Arbitrary<ServerMessage> serverMessages() {
        return serverMessages(ANY_TEXTS);
    }

    /** Without half a surrogate pair anywhere. */
    static Arbitrary<ClientMessage> wellFormedClientMessages() {
        return clientMessages(wellFormedTexts());
    }

    /** Without half a surrogate pair anywhere. */
    static Arbitrary<ServerMessage> wellFormedServerMessages() {
        return serverMessages(wellFormedTexts());
    }

    static Arbitrary<ClientMessage> deltas() {
        return deltas(ANY_TEXTS);
    }

    private static Arbitrary<ClientMessage> deltas(Arbitrary<String> texts) {
        return Combinators.combine(NAMES, texts, COUNTS.injectNull(0.3)).as(ClientMessage.Delta::new);
    }

    static Arbitrary<String> wellFormedTexts() {
        return ANY_TEXTS.map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    private static Arbitrary<ClientMessage> clientMessages(Arbitrary<String> texts) {
        Arbitrary<List<PromptMessage>> prompts =
                Combinators.combine(texts, texts).as(PromptMessage::new).list().ofMaxSize(3);
        Arbitrary<Map<String, String>> metas = Arbitraries.maps(texts, texts).ofMaxSize(3);
        Arbitrary<ClientMessage> opens = Combinators.combine(
                        NAMES,
                        texts.injectNull(0.3),
                        Arbitraries.of(Mode.class).injectNull(0.3),
                        Arbitraries.of(Units.class),
                        texts.injectNull(0.3),
                        CHANNELS,
                        prompts,
                        Combinators.combine(metas, texts.injectNull(0.3)).as(Ending::new))
                .as((stream, policy, mode, units, conversation, channel, messages, ending) ->
                        new ClientMessage.OpenStream(
                                stream,
                                policy,
                                mode,
                                units,
                                conversation,
                                channel,
                                messages,
                                ending.meta(),
                                ending.resume()));
        return Arbitraries.oneOf(
                opens,
                deltas(texts),
                NAMES.map(ClientMessage.Flush::new),
                Combinators.combine(NAMES, COUNTS.injectNull(0.3)).as(ClientMessage.EndStream::new),
                NAMES.map(ClientMessage.Cancel::new),
                Combinators.combine(
                                texts,
                                texts,
                                Arbitraries.of(ClientMessage.FeedbackVerdict.class),
                                texts.list().ofMaxSize(4))
                        .as(ClientMessage.Feedback::new));
    }

    private static Arbitrary<ServerMessage> serverMessages(Arbitrary<String> texts) {
        Arbitrary<ServerMessage.PromptVerdict> verdicts =
                Combinators.combine(RISKS, Arbitraries.of(Action.class)).as(ServerMessage.PromptVerdict::new);
        Arbitrary<Span> spans = Combinators.combine(COUNTS, COUNTS)
                .as((one, other) -> new Span(Math.min(one, other), Math.max(one, other)));
        Arbitrary<Offsets> offsets =
                Combinators.combine(COUNTS, COUNTS, COUNTS, COUNTS).as(Offsets::new);
        return Arbitraries.oneOf(
                Combinators.combine(
                                NAMES,
                                texts,
                                Arbitraries.of(Mode.class),
                                Arbitraries.of(Units.class),
                                verdicts.injectNull(0.3),
                                COUNTS,
                                texts.injectNull(0.3))
                        .as(ServerMessage.Opened::new),
                Combinators.combine(
                                NAMES, COUNTS, RISKS, FLAGS, FLAGS, texts.list().ofMaxSize(4))
                        .as(ServerMessage.Released::new),
                Combinators.combine(NAMES, spans, texts, RISKS, texts, FLAGS)
                        .as((stream, span, category, risk, receipt, late) -> new ServerMessage.Flagged(
                                stream, span.from(), span.to(), category, risk, receipt, late)),
                Combinators.combine(NAMES, spans, texts, texts)
                        .as((stream, span, category, replacement) ->
                                new ServerMessage.Redacted(stream, span.from(), span.to(), category, replacement)),
                Combinators.combine(
                                NAMES,
                                offsets,
                                texts,
                                texts.list().ofMaxSize(4),
                                Arbitraries.of(Severity.class),
                                RISKS,
                                texts.injectNull(0.3),
                                texts)
                        .as((stream, at, category, categories, severity, risk, rule, text) -> new ServerMessage.Stopped(
                                stream,
                                at.at(),
                                at.onset(),
                                at.released(),
                                at.exposure(),
                                category,
                                categories,
                                severity,
                                risk,
                                rule,
                                text,
                                text,
                                text)),
                Combinators.combine(
                                NAMES,
                                COUNTS,
                                Arbitraries.of(ServerMessage.Verdict.class),
                                RISKS,
                                texts,
                                FLAGS,
                                FLAGS,
                                texts.list().ofMaxSize(4))
                        .as(ServerMessage.Ended::new),
                Combinators.combine(NAMES.injectNull(0.3), COUNTS).as(ServerMessage.Credit::new),
                Combinators.combine(texts, texts).as(ServerMessage.FeedbackRecorded::new),
                Combinators.combine(
                                NAMES.injectNull(0.3),
                                Arbitraries.of(ErrorCode.class),
                                FLAGS,
                                texts.injectNull(0.3),
                                texts,
                                COUNTS.injectNull(0.3))
                        .as(ServerMessage.ErrorMessage::new));
    }

    private record Ending(Map<String, String> meta, String resume) {}

    private record Span(int from, int to) {}

    private record Offsets(int at, int onset, int released, int exposure) {}
}
