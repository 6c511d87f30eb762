package dev.weir.protocol;

import java.util.List;

/** Which fields each message has: the one place that turns fields into messages and messages into fields. */
final class Messages {

    /** In the order of the envelope in {@code weir.proto}, where a type is a field number, counted from 1. */
    static final List<String> CLIENT_TYPES = List.of("open", "delta", "flush", "end", "cancel", "feedback");

    static final List<String> SERVER_TYPES = List.of(
            "opened", "released", "flagged", "redacted", "stopped", "ended", "credit", "feedback_recorded", "error");

    private Messages() {}

    static ClientMessage client(MessageFields fields) throws ProtocolException {
        String type = fields.type();
        return switch (type) {
            case "delta" -> fields.delta();
            case "open" ->
                new ClientMessage.OpenStream(
                        fields.stream(),
                        fields.optionalString(Field.POLICY),
                        fields.optionalConstant(Field.MODE, Mode.class),
                        unitsOf(fields),
                        fields.optionalString(Field.CONVERSATION),
                        fields.channel(),
                        fields.messages(),
                        fields.meta(),
                        fields.optionalString(Field.RESUME));
            case "flush" -> new ClientMessage.Flush(fields.stream());
            case "end" -> new ClientMessage.EndStream(fields.stream(), fields.optionalCount(Field.LENGTH));
            case "cancel" -> new ClientMessage.Cancel(fields.stream());
            case "feedback" ->
                new ClientMessage.Feedback(
                        fields.string(Field.ID),
                        fields.string(Field.RECEIPT),
                        fields.constant(Field.VERDICT, ClientMessage.FeedbackVerdict.class),
                        fields.strings(Field.CATEGORIES));
            default -> throw fields.unknownType(type, listed(CLIENT_TYPES));
        };
    }

    static ServerMessage server(MessageFields fields) throws ProtocolException {
        String type = fields.type();
        return switch (type) {
            case "released" ->
                new ServerMessage.Released(
                        fields.stream(),
                        fields.count(Field.THROUGH),
                        fields.probability(Field.RISK),
                        fields.flag(Field.COARSE),
                        fields.flag(Field.UNSCORED),
                        fields.strings(Field.ASLEEP));
            case "credit" -> new ServerMessage.Credit(fields.optionalStream(), fields.count(Field.ADD));
            case "opened" ->
                new ServerMessage.Opened(
                        fields.stream(),
                        fields.string(Field.POLICY),
                        fields.constant(Field.MODE, Mode.class),
                        fields.constant(Field.UNITS, Units.class),
                        fields.prompt(),
                        fields.count(Field.CREDIT),
                        fields.optionalString(Field.RESUME));
            case "flagged" -> {
                int from = fields.count(Field.FROM);
                yield new ServerMessage.Flagged(
                        fields.stream(),
                        from,
                        fields.countFrom(Field.TO, from),
                        fields.string(Field.CATEGORY),
                        fields.probability(Field.RISK),
                        fields.string(Field.RECEIPT),
                        fields.flag(Field.LATE));
            }
            case "redacted" -> {
                int from = fields.count(Field.FROM);
                yield new ServerMessage.Redacted(
                        fields.stream(),
                        from,
                        fields.countFrom(Field.TO, from),
                        fields.string(Field.CATEGORY),
                        fields.string(Field.REPLACEMENT));
            }
            case "stopped" ->
                new ServerMessage.Stopped(
                        fields.stream(),
                        fields.count(Field.AT),
                        fields.count(Field.ONSET),
                        fields.count(Field.RELEASED),
                        fields.count(Field.EXPOSURE),
                        fields.string(Field.CATEGORY),
                        fields.strings(Field.CATEGORIES),
                        fields.constant(Field.SEVERITY, Severity.class),
                        fields.probability(Field.RISK),
                        fields.optionalString(Field.RULE),
                        fields.string(Field.POLICY),
                        fields.string(Field.MESSAGE),
                        fields.string(Field.RECEIPT));
            case "ended" ->
                new ServerMessage.Ended(
                        fields.stream(),
                        fields.count(Field.THROUGH),
                        fields.constant(Field.VERDICT, ServerMessage.Verdict.class),
                        fields.probability(Field.MAX_RISK),
                        fields.string(Field.RECEIPT),
                        fields.flag(Field.COARSE),
                        fields.flag(Field.UNSCORED),
                        fields.strings(Field.ASLEEP));
            case "feedback_recorded" ->
                new ServerMessage.FeedbackRecorded(fields.string(Field.ID), fields.string(Field.RECEIPT));
            case "error" ->
                new ServerMessage.ErrorMessage(
                        fields.optionalStream(),
                        fields.constant(Field.CODE, ErrorCode.class),
                        fields.flag(Field.FINAL),
                        fields.optionalString(Field.FIELD),
                        fields.string(Field.MESSAGE),
                        fields.optionalCount(Field.RETRY_AFTER_MS));
            default -> throw fields.unknownType(type, listed(SERVER_TYPES));
        };
    }

    static void write(ServerMessage message, FieldWriter out) {
        out.begin(message.type());
        out.optionalString(Field.STREAM, message.stream());
        switch (message) {
            case ServerMessage.Released released -> {
                out.count(Field.THROUGH, released.through());
                out.probability(Field.RISK, released.risk());
                writeQuality(out, released.coarse(), released.unscored(), released.asleep());
            }
            case ServerMessage.Credit credit -> {
                out.count(Field.ADD, credit.add());
            }
            case ServerMessage.Opened opened -> writeOpened(out, opened);
            case ServerMessage.Flagged flagged -> {
                out.count(Field.FROM, flagged.from());
                out.count(Field.TO, flagged.to());
                out.string(Field.CATEGORY, flagged.category());
                out.probability(Field.RISK, flagged.risk());
                out.string(Field.RECEIPT, flagged.receipt());
                out.flag(Field.LATE, flagged.late());
            }
            case ServerMessage.Redacted redacted -> {
                out.count(Field.FROM, redacted.from());
                out.count(Field.TO, redacted.to());
                out.string(Field.CATEGORY, redacted.category());
                out.string(Field.REPLACEMENT, redacted.replacement());
            }
            case ServerMessage.Stopped stopped -> writeStopped(out, stopped);
            case ServerMessage.Ended ended -> {
                out.count(Field.THROUGH, ended.through());
                out.string(Field.VERDICT, ended.verdict().wireName());
                out.probability(Field.MAX_RISK, ended.maxRisk());
                out.string(Field.RECEIPT, ended.receipt());
                writeQuality(out, ended.coarse(), ended.unscored(), ended.asleep());
            }
            case ServerMessage.FeedbackRecorded recorded -> {
                out.string(Field.ID, recorded.id());
                out.string(Field.RECEIPT, recorded.receipt());
            }
            case ServerMessage.ErrorMessage error -> {
                out.string(Field.CODE, error.code().wireName());
                out.flag(Field.FINAL, error.isFinal());
                out.optionalString(Field.FIELD, error.field());
                out.string(Field.MESSAGE, error.message());
                out.optionalCount(Field.RETRY_AFTER_MS, error.retryAfterMs());
            }
        }
        out.end();
    }

    static void write(ClientMessage message, FieldWriter out) {
        out.begin(message.type());
        switch (message) {
            case ClientMessage.Delta delta -> {
                out.string(Field.STREAM, delta.stream());
                out.string(Field.TEXT, delta.text());
                out.optionalCount(Field.AT, delta.at());
            }
            case ClientMessage.Utf8Delta delta -> {
                out.string(Field.STREAM, delta.stream());
                out.utf8(Field.TEXT, delta.text());
                out.optionalCount(Field.AT, delta.at());
            }
            case ClientMessage.OpenStream open -> writeOpen(out, open);
            case ClientMessage.Flush flush -> out.string(Field.STREAM, flush.stream());
            case ClientMessage.EndStream end -> {
                out.string(Field.STREAM, end.stream());
                out.optionalCount(Field.LENGTH, end.length());
            }
            case ClientMessage.Cancel cancel -> out.string(Field.STREAM, cancel.stream());
            case ClientMessage.Feedback feedback -> {
                out.string(Field.ID, feedback.id());
                out.string(Field.RECEIPT, feedback.receipt());
                out.string(Field.VERDICT, feedback.verdict().wireName());
                out.strings(Field.CATEGORIES, feedback.categories());
            }
        }
        out.end();
    }

    private static Units unitsOf(MessageFields fields) throws ProtocolException {
        Units units = fields.optionalConstant(Field.UNITS, Units.class);
        return units == null ? Units.CODEPOINT : units;
    }

    /** As an error says it: open, delta or flush. */
    static String listed(List<String> types) {
        int last = types.size() - 1;
        return String.join(", ", types.subList(0, last)) + " or " + types.get(last);
    }

    private static void writeOpened(FieldWriter out, ServerMessage.Opened opened) {
        out.string(Field.POLICY, opened.policy());
        out.string(Field.MODE, opened.mode().wireName());
        out.string(Field.UNITS, opened.units().wireName());
        ServerMessage.PromptVerdict prompt = opened.prompt();
        if (prompt != null) {
            out.prompt(prompt);
        }
        out.count(Field.CREDIT, opened.credit());
        out.optionalString(Field.RESUME, opened.resume());
    }

    private static void writeStopped(FieldWriter out, ServerMessage.Stopped stopped) {
        out.count(Field.AT, stopped.at());
        out.count(Field.ONSET, stopped.onset());
        out.count(Field.RELEASED, stopped.released());
        out.count(Field.EXPOSURE, stopped.exposure());
        out.string(Field.CATEGORY, stopped.category());
        out.strings(Field.CATEGORIES, stopped.categories());
        out.string(Field.SEVERITY, stopped.severity().wireName());
        out.probability(Field.RISK, stopped.risk());
        out.rule(stopped.rule());
        out.string(Field.POLICY, stopped.policy());
        out.string(Field.MESSAGE, stopped.message());
        out.string(Field.RECEIPT, stopped.receipt());
    }

    private static void writeOpen(FieldWriter out, ClientMessage.OpenStream open) {
        out.string(Field.STREAM, open.stream());
        out.optionalString(Field.POLICY, open.policy());
        Mode mode = open.mode();
        out.optionalString(Field.MODE, mode == null ? null : mode.wireName());
        out.string(Field.UNITS, open.units().wireName());
        out.optionalString(Field.CONVERSATION, open.conversation());
        out.string(Field.CHANNEL, open.channel());
        if (!open.messages().isEmpty()) {
            out.messages(open.messages());
        }
        if (!open.meta().isEmpty()) {
            out.meta(open.meta());
        }
        out.optionalString(Field.RESUME, open.resume());
    }

    private static void writeQuality(FieldWriter out, boolean coarse, boolean unscored, List<String> asleep) {
        out.flag(Field.COARSE, coarse);
        out.flag(Field.UNSCORED, unscored);
        if (!asleep.isEmpty()) {
            out.strings(Field.ASLEEP, asleep);
        }
    }
}
