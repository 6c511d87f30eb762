package dev.weir.protocol;

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
    private static final Arbitrary<String> TEXTS = Arbitraries.strings()
            .all()
            .withChars('"', '\\', '\n', '\ud83d', '\ude00')
            .ofMaxLength(40);
    private static final Arbitrary<Integer> COUNTS = Arbitraries.integers().greaterOrEqual(0);
    private static final Arbitrary<Double> RISKS =
            Arbitraries.doubles().between(0, 1).ofScale(12);
    private static final Arbitrary<Boolean> FLAGS = Arbitraries.of(true, false);
    private static final Arbitrary<List<String>> LISTS = TEXTS.list().ofMaxSize(4);
    private static final Arbitrary<String> CHANNELS =
            Arbitraries.of("content", "reasoning", "tool", "content/1", "tool/20");

    private Samples() {}

    static Arbitrary<ClientMessage> clientMessages() {
        Arbitrary<List<PromptMessage>> prompts =
                Combinators.combine(TEXTS, TEXTS).as(PromptMessage::new).list().ofMaxSize(3);
        Arbitrary<Map<String, String>> metas = Arbitraries.maps(TEXTS, TEXTS).ofMaxSize(3);
        Arbitrary<ClientMessage> opens = Combinators.combine(
                        NAMES,
                        TEXTS.injectNull(0.3),
                        Arbitraries.of(Mode.class).injectNull(0.3),
                        Arbitraries.of(Units.class),
                        TEXTS.injectNull(0.3),
                        CHANNELS,
                        prompts,
                        Combinators.combine(metas, TEXTS.injectNull(0.3)).as(Ending::new))
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
                Combinators.combine(NAMES, TEXTS, COUNTS.injectNull(0.3)).as(ClientMessage.Delta::new),
                NAMES.map(ClientMessage.Flush::new),
                Combinators.combine(NAMES, COUNTS.injectNull(0.3)).as(ClientMessage.EndStream::new),
                NAMES.map(ClientMessage.Cancel::new),
                Combinators.combine(TEXTS, TEXTS, Arbitraries.of(ClientMessage.FeedbackVerdict.class), LISTS)
                        .as(ClientMessage.Feedback::new));
    }

    static Arbitrary<ServerMessage> serverMessages() {
        Arbitrary<ServerMessage.PromptVerdict> verdicts =
                Combinators.combine(RISKS, Arbitraries.of(Action.class)).as(ServerMessage.PromptVerdict::new);
        Arbitrary<Span> spans = Combinators.combine(COUNTS, COUNTS)
                .as((one, other) -> new Span(Math.min(one, other), Math.max(one, other)));
        Arbitrary<Offsets> offsets =
                Combinators.combine(COUNTS, COUNTS, COUNTS, COUNTS).as(Offsets::new);
        return Arbitraries.oneOf(
                Combinators.combine(
                                NAMES,
                                TEXTS,
                                Arbitraries.of(Mode.class),
                                Arbitraries.of(Units.class),
                                verdicts.injectNull(0.3),
                                COUNTS,
                                TEXTS.injectNull(0.3))
                        .as(ServerMessage.Opened::new),
                Combinators.combine(NAMES, COUNTS, RISKS, FLAGS, FLAGS, LISTS).as(ServerMessage.Released::new),
                Combinators.combine(NAMES, spans, TEXTS, RISKS, TEXTS, FLAGS)
                        .as((stream, span, category, risk, receipt, late) -> new ServerMessage.Flagged(
                                stream, span.from(), span.to(), category, risk, receipt, late)),
                Combinators.combine(NAMES, spans, TEXTS, TEXTS)
                        .as((stream, span, category, replacement) ->
                                new ServerMessage.Redacted(stream, span.from(), span.to(), category, replacement)),
                Combinators.combine(
                                NAMES,
                                offsets,
                                TEXTS,
                                LISTS,
                                Arbitraries.of(Severity.class),
                                RISKS,
                                TEXTS.injectNull(0.3),
                                TEXTS)
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
                                TEXTS,
                                FLAGS,
                                FLAGS,
                                LISTS)
                        .as(ServerMessage.Ended::new),
                Combinators.combine(NAMES.injectNull(0.3), COUNTS).as(ServerMessage.Credit::new),
                Combinators.combine(TEXTS, TEXTS).as(ServerMessage.FeedbackRecorded::new),
                Combinators.combine(
                                NAMES.injectNull(0.3),
                                Arbitraries.of(ErrorCode.class),
                                FLAGS,
                                TEXTS.injectNull(0.3),
                                TEXTS,
                                COUNTS.injectNull(0.3))
                        .as(ServerMessage.ErrorMessage::new));
    }

    private record Ending(Map<String, String> meta, String resume) {}

    private record Span(int from, int to) {}

    private record Offsets(int at, int onset, int released, int exposure) {}
}
