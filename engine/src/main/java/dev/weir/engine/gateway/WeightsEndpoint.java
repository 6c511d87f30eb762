package dev.weir.engine.gateway;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.engine.adaptation.PromotionReport;
import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.adaptation.WeightsReport;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.http.HttpAnswer;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * What an operator asks of the weights: {@code GET /v1/weights} and {@code /v1/weights/history}, and {@code POST
 * /v1/weights/freeze}, {@code /rollback} and {@code /promote} with a JSON object. Thread-safe.
 */
final class WeightsEndpoint {

    static final String PATH = "/v1/weights";

    private static final int SECONDS = 110;
    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    /** A request that cannot be carried out, in one sentence. */
    private static final class BadRequest extends Exception {
        private static final long serialVersionUID = 1;

        BadRequest(String message) {
            super(message);
        }
    }

    private final ActorRef<WeightsLearner.Command> learner;

    WeightsEndpoint(ActorRef<WeightsLearner.Command> learner) {
        this.learner = learner;
    }

    /** @param answer told once, from any thread */
    void serve(FullHttpRequest request, Consumer<FullHttpResponse> answer) {
        try {
            ask(request).orTimeout(SECONDS, TimeUnit.SECONDS).whenComplete((report, failure) -> {
                answer.accept(failure == null ? json(report) : refusal(failure));
            });
        } catch (BadRequest e) {
            answer.accept(HttpAnswer.error(HttpResponseStatus.BAD_REQUEST, "bad_request", plain(e)));
        }
    }

    private CompletableFuture<?> ask(FullHttpRequest request) throws BadRequest {
        String order = new QueryStringDecoder(request.uri()).rawPath().substring(PATH.length());
        return switch (order) {
            case "" -> {
                require(request, HttpMethod.GET);
                CompletableFuture<WeightsReport> shown = new CompletableFuture<>();
                learner.tell(new WeightsLearner.Show(shown));
                yield shown;
            }
            case "/history" -> {
                require(request, HttpMethod.GET);
                CompletableFuture<List<WeightsVersion>> history = new CompletableFuture<>();
                learner.tell(new WeightsLearner.History(history));
                yield history;
            }
            case "/freeze" -> {
                JsonNode frozen = body(request).path("frozen");
                if (!frozen.isBoolean()) {
                    throw new BadRequest("frozen: " + shown(frozen) + " (expected: true or false)");
                }
                CompletableFuture<WeightsReport> shown = new CompletableFuture<>();
                learner.tell(new WeightsLearner.Freeze(frozen.booleanValue(), shown));
                yield shown;
            }
            case "/rollback" -> {
                JsonNode version = body(request).path("version");
                if (!version.canConvertToLong() || !version.isIntegralNumber()) {
                    throw new BadRequest("version: " + shown(version) + " (expected: the number of a version)");
                }
                CompletableFuture<WeightsReport> shown = new CompletableFuture<>();
                learner.tell(new WeightsLearner.RollBack(version.longValue(), shown));
                yield shown;
            }
            case "/promote" -> {
                JsonNode body = body(request);
                JsonNode expert = body.path("expert");
                JsonNode weight = body.path("weight");
                if (!expert.isTextual() || !weight.isNumber()) {
                    throw new BadRequest("expert: " + shown(expert) + ", weight: " + shown(weight)
                            + " (expected: a name and a number)");
                }
                CompletableFuture<PromotionReport> promoted = new CompletableFuture<>();
                learner.tell(new WeightsLearner.Promote(
                        expert.textValue(),
                        weight.doubleValue(),
                        body.path("dryRun").asBoolean(false),
                        promoted));
                yield promoted;
            }
            default ->
                throw new BadRequest("path " + PATH + order + " (expected: " + PATH
                        + ", or it with /history, /freeze, /rollback or /promote)");
        };
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "none" : value.toString();
    }

    private static void require(FullHttpRequest request, HttpMethod method) throws BadRequest {
        if (!request.method().equals(method)) {
            throw new BadRequest(request.method() + " (expected: " + method + ")");
        }
    }

    /** No web page may ask: a browser says where a page comes from, also when a name of its was made to lead here. */
    private static JsonNode body(FullHttpRequest request) throws BadRequest {
        require(request, HttpMethod.POST);
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null) {
            throw new BadRequest(HttpHeaderNames.ORIGIN + ": a web page (expected: none)");
        }
        CharSequence type = HttpUtil.getMimeType(request);
        if (type == null || !HttpHeaderValues.APPLICATION_JSON.contentEqualsIgnoreCase(type)) {
            throw new BadRequest(HttpHeaderNames.CONTENT_TYPE + ": " + type + " (expected: application/json)");
        }
        try {
            JsonNode body = JSON.readTree(ByteBufUtil.getBytes(request.content()));
            if (body.isObject()) {
                return body;
            }
        } catch (IOException e) {
            // said below
        }
        throw new BadRequest("body (expected: one JSON object)");
    }

    private static FullHttpResponse json(Object report) {
        try {
            return HttpAnswer.json(HttpResponseStatus.OK, JSON.writeValueAsString(report) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(report.getClass().getSimpleName() + " cannot be written as JSON", e);
        }
    }

    private static FullHttpResponse refusal(Throwable failure) {
        if (failure instanceof IllegalArgumentException) {
            return HttpAnswer.error(HttpResponseStatus.BAD_REQUEST, "bad_request", plain(failure));
        }
        return HttpAnswer.error(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "unavailable",
                failure instanceof TimeoutException
                        ? "no answer within " + SECONDS + " s; the ledger may be slow"
                        : "the ledger cannot be read");
    }

    /** Printable, and without what would end a JSON string. */
    private static String plain(Throwable failure) {
        return String.valueOf(failure.getMessage()).replaceAll("[^ !#-\\[\\]-~]", "'");
    }
}
