package dev.weir.engine.admin;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.engine.adaptation.PromotionReport;
import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.adaptation.WeightsReport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What an operator asks of the weights, and of what reviews taught. Thread-safe. */
final class WeightsEndpoint {

    private final ActorRef<WeightsLearner.Command> learner;

    WeightsEndpoint(ActorRef<WeightsLearner.Command> learner) {
        this.learner = learner;
    }

    CompletionStage<Answer> show(AdminRequest request) {
        return ask(WeightsLearner.Show::new);
    }

    CompletionStage<Answer> history(AdminRequest request) {
        return ask(WeightsLearner.History::new);
    }

    CompletionStage<Answer> certificate(AdminRequest request) {
        return ask(WeightsLearner.Certify::new);
    }

    CompletionStage<Answer> freeze(AdminRequest request) throws Refusal {
        JsonNode frozen = request.json().path("frozen");
        if (!frozen.isBoolean()) {
            throw Refusal.badRequest("frozen: " + shown(frozen) + " (expected: true or false)");
        }
        return ask(
                (CompletableFuture<WeightsReport> answer) -> new WeightsLearner.Freeze(frozen.booleanValue(), answer));
    }

    CompletionStage<Answer> rollBack(AdminRequest request) throws Refusal {
        JsonNode version = request.json().path("version");
        if (!version.canConvertToLong() || !version.isIntegralNumber()) {
            throw Refusal.badRequest("version: " + shown(version) + " (expected: the number of a version)");
        }
        return ask(
                (CompletableFuture<WeightsReport> answer) -> new WeightsLearner.RollBack(version.longValue(), answer));
    }

    CompletionStage<Answer> promote(AdminRequest request) throws Refusal {
        JsonNode order = request.json();
        JsonNode expert = order.path("expert");
        JsonNode weight = order.path("weight");
        if (!expert.isTextual() || !weight.isNumber()) {
            throw Refusal.badRequest(
                    "expert: " + shown(expert) + ", weight: " + shown(weight) + " (expected: a name and a number)");
        }
        return ask((CompletableFuture<PromotionReport> answer) -> new WeightsLearner.Promote(
                expert.textValue(), weight.doubleValue(), order.path("dryRun").asBoolean(false), answer));
    }

    private <T> CompletionStage<Answer> ask(Function<CompletableFuture<T>, WeightsLearner.Command> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        learner.tell(question.apply(answer));
        return answer.thenApply(Answer::json);
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "none" : value.toString();
    }
}
