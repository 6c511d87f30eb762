package dev.weir.engine;

import static dev.weir.engine.RelayClient.ask;
import static dev.weir.engine.RelayClient.error;
import static dev.weir.engine.RelayClient.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.access.ApiKeys;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may relay, and how much. */
class RelayQuotaTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String FEW = ApiKeys.draw("few-1", RANDOM);
    private static final String THRIFTY = ApiKeys.draw("thrifty-1", RANDOM);
    private static final String REVIEWER = ApiKeys.draw("reviewer-1", RANDOM);

    private static FakeUpstream upstream;
    private static Server server;

    @BeforeAll
    static void start() throws StartException {
        upstream = new FakeUpstream();
        server = RelayTest.server(
                upstream, """
                weir.access.keys {
                  few-1 { hash = "%s", tenant = few }
                  thrifty-1 { hash = "%s", tenant = thrifty }
                  reviewer-1 { hash = "%s", tenant = few, scopes = [review] }
                }
                weir.tenants {
                  few { quotas.streams = 1 }
                  thrifty { quotas.tokens-per-second = 1 }
                }
                """.formatted(ApiKeys.hash(FEW), ApiKeys.hash(THRIFTY), ApiKeys.hash(REVIEWER)));
    }

    @AfterAll
    static void stop() {
        server.close();
        upstream.close();
    }

    private static void assertComesBack(HttpResponse<String> refused, String code) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
        assertThat(error(refused).path("code").asText()).isEqualTo(code);
        assertThat(error(refused).path("type").asText()).isEqualTo("requests");
        assertThat(error(refused).path("param").isNull()).isTrue();
        assertThat(refused.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 60L);
        assertThat(refused.headers().firstValueAsLong("retry-after-ms")).isPresent();
    }

    @Test
    void aTenantWithAsManyStreamsAsItMayHaveIsToldToComeBack() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (RelayClient few = new RelayClient(server, FEW)) {
            upstream.next(call -> {
                call.begin().event(Chunks.role(0));
                goOn.await();
                call.content("Yes.").event(Chunks.finish(0, "stop")).done();
            });
            CompletableFuture<HttpResponse<String>> running = few.chatLater(ask(true, ""));
            upstream.call();
            assertComesBack(few.chat(ask(true, "")), "too_many_streams");
            assertComesBack(few.post("/v1/moderations", "{\"input\":\"Hello.\"}"), "too_many_streams");
            goOn.countDown();
            assertThat(running.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTenantThatSpentItsTokensIsToldWhenToComeBack() throws Exception {
        try (RelayClient thrifty = new RelayClient(server, THRIFTY)) {
            upstream.next(call -> say(call, "Water boils at a hundred degrees. ".repeat(20)));
            assertThat(thrifty.chat(ask(true, "")).statusCode()).isEqualTo(200);
            upstream.call();
            assertComesBack(thrifty.chat(ask(false, "")), "overloaded");
        }
        assertThat(upstream.wasAsked()).isFalse();
    }

    @Test
    void aKeyThatIsUnknownOrForSomethingElseIsRefusedInTheShapeThatClientsKnow() throws Exception {
        try (RelayClient unknown = new RelayClient(server, "weir_few-1_guess");
                RelayClient reviewer = new RelayClient(server, REVIEWER)) {
            for (String path : new String[] {"/v1/chat/completions", "/v1/completions", "/v1/moderations"}) {
                HttpResponse<String> refused = unknown.post(path, ask(true, ""));
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(error(refused).path("code").asText()).isEqualTo("unauthorized");
                assertThat(error(refused).path("type").asText()).isEqualTo("invalid_request_error");
                assertThat(reviewer.post(path, ask(true, "")).statusCode()).isEqualTo(403);
            }
            assertThat(unknown.get("/v1/models").statusCode()).isEqualTo(401);
            assertThat(reviewer.get("/v1/models/x").statusCode()).isEqualTo(403);
        }
        assertThat(upstream.wasAsked()).isFalse();
    }
}
