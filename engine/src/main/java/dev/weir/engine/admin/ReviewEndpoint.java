package dev.weir.engine.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.gateway.FeedbackIntake;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.Review;
import dev.weir.engine.ledger.ReviewQueue;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.engine.trace.Replay;
import dev.weir.engine.trace.RiskCurve;
import dev.weir.models.Category;
import dev.weir.protocol.ClientMessage.Feedback;
import dev.weir.protocol.ClientMessage.FeedbackVerdict;
import dev.weir.protocol.ServerMessage;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a reviewer looks at and what he says of it; of his own tenant alone. Thread-safe. */
final class ReviewEndpoint {

    private static final int MOST = 50;
    private static final int POINTS = 240;

    private final LedgerDesk desk;
    private final FeedbackIntake intake;

    /**
     * Some of what waits.
     *
     * @param audits only with the first piece
     * @param before where the next piece begins; 0 when there is nothing older
     */
    record Waiting(List<Receipt> audits, List<Receipt> decided, long before) {}

    /**
     * All there is to judge one decision by.
     *
     * @param stream null when its record is not kept any more
     * @param curves of the receipt's category and of harm of any kind; none where no votes were recorded
     * @param text null where it was not kept, or is not for this reviewer
     * @param textKept whether there is one
     */
    record CaseFile(
            Receipt receipt,
            @Nullable StreamFacts stream,
            List<RiskCurve> curves,
            List<Review> reviews,
            boolean textKept,
            @Nullable String text) {}

    record StreamFacts(long openedMillis, long endedMillis, String outcome, int tokens, boolean audited) {

        static StreamFacts of(StreamRecord stream) {
            return new StreamFacts(
                    stream.openedMillis(), stream.endedMillis(), stream.outcome(), stream.tokens(), stream.audited());
        }
    }

    ReviewEndpoint(LedgerDesk desk, FeedbackIntake intake) {
        this.desk = desk;
        this.intake = intake;
    }

    CompletionStage<Answer> queue(AdminRequest request) throws Refusal {
        long before = number(request.parameter("before", "0"));
        String tenant = request.caller().tenant();
        return desk.ask(ledger -> {
            ReviewQueue queue = new ReviewQueue(ledger);
            List<Receipt> audits = before == 0 ? queue.audits(tenant, MOST) : List.of();
            ReviewQueue.Piece piece = queue.decided(tenant, before == 0 ? Long.MAX_VALUE : before, MOST);
            return Answer.json(new Waiting(audits, piece.receipts(), piece.before()));
        });
    }

    private static long number(String written) throws Refusal {
        try {
            long number = Long.parseLong(written);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw Refusal.badRequest("before: another string (expected: a number, as the piece before gave it)");
    }

    CompletionStage<Answer> receipt(AdminRequest request) {
        String id = request.parameter("id", "");
        Caller caller = request.caller();
        return desk.ask(ledger -> ledger.receipt(caller.tenant(), id)
                .map(receipt -> Answer.json(caseFile(ledger, receipt, caller)))
                .orElseGet(() -> Answer.problem(
                        HttpResponseStatus.NOT_FOUND, "id: no receipt of yours (expected: one that is kept)")));
    }

    private static CaseFile caseFile(LedgerReader ledger, Receipt receipt, Caller caller) {
        List<StreamFacts> facts = new ArrayList<>();
        List<RiskCurve> curves = new ArrayList<>();
        Replay replay = new Replay(ledger, null, null);
        ledger.stream(receipt.streamUid(), (sequence, stream) -> {
            facts.add(StreamFacts.of(stream));
            categories(receipt)
                    .forEach(category ->
                            replay.curve(sequence, stream, category, POINTS).ifPresent(curves::add));
        });
        Optional<String> text = ledger.text(receipt.streamUid());
        return new CaseFile(
                receipt,
                facts.isEmpty() ? null : facts.getFirst(),
                curves,
                ledger.reviewsOf(receipt.tenant(), receipt.id()),
                text.isPresent(),
                caller.has(Scope.REVIEW) ? text.orElse(null) : null);
    }

    /** The receipt's, and harm of any kind: a kind explains a stop that another risk brought about. */
    private static Set<Category> categories(Receipt receipt) {
        Set<Category> categories = new LinkedHashSet<>();
        Optional.ofNullable(receipt.category()).flatMap(Category::ofWireName).ifPresent(categories::add);
        categories.add(Category.OTHER);
        return categories;
    }

    CompletionStage<Answer> review(AdminRequest request) throws Refusal {
        Feedback feedback = feedback(request.json());
        Optional<ServerMessage.ErrorMessage> fault = FeedbackIntake.fault(feedback);
        if (fault.isPresent()) {
            throw Refusal.badRequest(fault.get().message());
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        intake.take(feedback, request.caller(), said -> answer.complete(answer(said)));
        return answer;
    }

    private static Feedback feedback(JsonNode said) throws Refusal {
        List<String> categories = new ArrayList<>();
        said.path("categories").forEach(category -> categories.add(category.asText()));
        String named = said.path("verdict").asText();
        for (FeedbackVerdict verdict : FeedbackVerdict.values()) {
            if (verdict.wireName().equals(named)) {
                return new Feedback(
                        said.path("id").asText(), said.path("receipt").asText(), verdict, categories);
            }
        }
        throw Refusal.badRequest("verdict: another string (expected: right_stop, wrong_stop, missed or right_pass)");
    }

    private static Answer answer(ServerMessage said) {
        return said instanceof ServerMessage.ErrorMessage error
                ? Answer.problem(FeedbackIntake.status(said), error.message())
                : Answer.json(Map.of("recorded", true));
    }
}
