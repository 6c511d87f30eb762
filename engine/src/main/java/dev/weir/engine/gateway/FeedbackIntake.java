package dev.weir.engine.gateway;

import dev.weir.engine.access.Caller;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.Review;
import dev.weir.models.Category;
import dev.weir.protocol.ClientMessage.Feedback;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.ServerMessage;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes feedback to the ledger, whichever way it came, and says what is answered. Thread-safe. */
public final class FeedbackIntake {

    private static final int MAX_ID = 128;
    private static final int RETRY_AFTER_MS = 1_000;

    private final Ledger ledger;
    private final Clock clock;

    /** @param clock of the reviews */
    public FeedbackIntake(Ledger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /** What is wrong with it whatever is in the ledger; closed lists also keep text out of there. */
    public static Optional<ServerMessage.ErrorMessage> fault(Feedback feedback) {
        if (!isId(feedback.id())) {
            return bad("id", "id: another string (expected: 1 to 128 printable ASCII characters)");
        }
        if (!feedback.categories().stream()
                .allMatch(name -> Category.ofWireName(name).isPresent())) {
            return bad("categories", "categories: another string (expected: names of categories)");
        }
        return Optional.empty();
    }

    /**
     * @param feedback without {@link #fault}
     * @param caller the reviewer
     * @param answer told once, from any thread, with {@link ServerMessage.FeedbackRecorded} or an error
     */
    public void take(Feedback feedback, Caller caller, Consumer<ServerMessage> answer) {
        if (!isId(feedback.receipt())) { // so is every receipt's
            answer.accept(unknownReceipt(feedback));
            return;
        }
        Review review = new Review(
                feedback.id(),
                caller.tenant(),
                feedback.receipt(),
                feedback.verdict().wireName(),
                feedback.categories(),
                caller.subject(),
                clock.millis());
        ledger.review(
                review,
                outcome -> answer.accept(
                        switch (outcome) {
                            case RECORDED -> new ServerMessage.FeedbackRecorded(feedback.id(), feedback.receipt());
                            case UNKNOWN_RECEIPT -> unknownReceipt(feedback);
                            case CONFLICT ->
                                error(
                                        ErrorCode.BAD_MESSAGE,
                                        "id",
                                        "id: \"" + feedback.id()
                                                + "\" is recorded with another content (expected: a new id)",
                                        null);
                            case UNAVAILABLE ->
                                error(
                                        ErrorCode.OVERLOADED,
                                        null,
                                        "feedback \"" + feedback.id()
                                                + "\" was not recorded: the ledger cannot take it for the moment",
                                        RETRY_AFTER_MS);
                        }));
    }

    /** Of an answer, where it is one to an HTTP request. */
    public static HttpResponseStatus status(ServerMessage answer) {
        return answer instanceof ServerMessage.ErrorMessage error
                ? switch (error.code()) {
                    case UNKNOWN_RECEIPT -> HttpResponseStatus.NOT_FOUND;
                    case OVERLOADED -> HttpResponseStatus.SERVICE_UNAVAILABLE;
                    default -> HttpResponseStatus.BAD_REQUEST;
                }
                : HttpResponseStatus.OK;
    }

    private static boolean isId(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID && id.chars().allMatch(c -> c >= 0x20 && c <= 0x7E);
    }

    private static ServerMessage unknownReceipt(Feedback feedback) {
        return error(
                ErrorCode.UNKNOWN_RECEIPT,
                "receipt",
                "feedback \"" + feedback.id() + "\" names a receipt that is not known here",
                null);
    }

    private static Optional<ServerMessage.ErrorMessage> bad(String field, String message) {
        return Optional.of(error(ErrorCode.BAD_MESSAGE, field, message, null));
    }

    private static ServerMessage.ErrorMessage error(
            ErrorCode code, @Nullable String field, String message, @Nullable Integer retryAfterMs) {
        return new ServerMessage.ErrorMessage(null, code, false, field, message, retryAfterMs);
    }
}
