package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.engine.access.ApiKeys;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Two tenants on one server, over real sockets: what one has is unknown to the other. */
class TenantsTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ACME = ApiKeys.draw("acme-1", RANDOM);
    private static final String ZENITH = ApiKeys.draw("zenith-1", RANDOM);
    private static final String OPERATOR = ApiKeys.draw("operator", RANDOM);
    private static final String THRIFTY = ApiKeys.draw("thrifty-1", RANDOM);
    private static final String REVIEWER = ApiKeys.draw("reviewer", RANDOM);

    @TempDir
    static Path folder;

    private static Server server;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() throws StartException {
        server = Server.start(
                Engines.config("""
                        weir.ledger.url = "jdbc:sqlite:%s"
                        weir.access.keys {
                          acme-1 { hash = "%s", tenant = acme, scopes = [stream, review] }
                          zenith-1 { hash = "%s", tenant = zenith, scopes = [stream, review] }
                          thrifty-1 { hash = "%s", tenant = thrifty }
                          operator { hash = "%s", scopes = [admin] }
                          reviewer { hash = "%s", tenant = acme, scopes = [review] }
                        }
                        weir.policies.strict { message = "No." }
                        weir.tenants {
                          acme { quotas.streams = 3, quotas.connections = 2 }
                          thrifty { quotas.tokens-per-second = 1 }
                          zenith { policies = [strict], weakest-mode = stream }
                        }
                        """.formatted(
                                folder.resolve("ledger.db"),
                                ApiKeys.hash(ACME),
                                ApiKeys.hash(ZENITH),
                                ApiKeys.hash(THRIFTY),
                                ApiKeys.hash(OPERATOR),
                                ApiKeys.hash(REVIEWER))),
                line -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void hangUp() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static URI streams() {
        return URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream");
    }

    private WeirClient connect(String key) {
        WeirClient client =
                within(WeirClient.connect(streams(), ClientSettings.defaults().withToken(key)));
        open.add(client);
        return client;
    }

    /** A socket without the client's manners. */
    private Raw raw(String key) {
        Raw raw = new Raw();
        raw.socket = within(HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + key)
                .buildAsync(streams(), raw));
        open.add(raw.socket::abort);
        return raw;
    }

    private static final class Raw implements WebSocket.Listener {
        final BlockingQueue<String> said = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        WebSocket socket;

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            said.add(text.toString());
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }

        void say(String json) {
            within(socket.sendText(json.replace('\'', '"'), true));
        }

        String hear() throws InterruptedException {
            return String.valueOf(said.poll(30, TimeUnit.SECONDS));
        }

        /** The next message of this type. */
        String hear(String type) throws InterruptedException {
            String message = hear();
            while (!message.contains("\"type\":\"" + type + "\"") && !message.equals("null")) {
                message = hear();
            }
            return message;
        }
    }

    private static String field(String json, String name) {
        return json.replaceAll(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }

    /** Says a harmless text and waits for its end. */
    private static String receipt(Raw client, String stream, String more) throws InterruptedException {
        client.say("{'type':'open','stream':'" + stream + "'" + more + "}");
        client.say("{'type':'delta','stream':'" + stream + "','text':'Water boils at a hundred degrees.'}");
        client.say("{'type':'end','stream':'" + stream + "'}");
        return field(client.hear("ended"), "receipt");
    }

    private static <T> T within(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Test
    void aStreamGoesItsWayForWhoShowsAKey() {
        WeirClient client = connect(ACME);
        ModeratedStream stream = client.open(StreamOptions.defaults().withMode(Mode.GATE));
        stream.send("Water boils at a hundred degrees.");
        assertThat(within(stream.end())).isInstanceOf(Outcome.Ended.class);
    }

    @Test
    void aSocketWithoutAKnownKeyIsClosedUnheard() {
        assertThat(within(raw("weir_acme-1_guess").closed)).isEqualTo(4401);
        assertThat(within(raw(OPERATOR).closed)).isEqualTo(4403);
    }

    @Test
    void aBrowserOffersItsKeyAmongTheSubprotocolsAndIsNotAnsweredIt() throws Exception {
        Raw raw = new Raw();
        raw.socket = within(HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("weir.v1+json", "weir.bearer." + ZENITH)
                .buildAsync(streams(), raw));
        open.add(raw.socket::abort);
        assertThat(raw.socket.getSubprotocol()).isEqualTo("weir.v1+json");
        raw.say("{'type':'open','stream':'s'}");
        assertThat(raw.hear("opened")).contains("\"policy\":\"strict@");
    }

    @Test
    void aPageOfAnotherSiteIsRefusedBeforeItShakesHands() {
        CompletableFuture<WebSocket> refused = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", "https://evil.example")
                .header("Authorization", "Bearer " + ACME)
                .buildAsync(streams(), new Raw());
        assertThat(refused.handle((socket, failure) -> failure.getCause().toString())
                        .join())
                .contains("WebSocketHandshakeException");
    }

    @Test
    void aReceiptIsUnknownToOthers() throws Exception {
        Raw acme = raw(ACME);
        Raw zenith = raw(ZENITH);
        String receipt = receipt(acme, "s", "");
        String feedback =
                "{'type':'feedback','id':'f-%s','receipt':'" + receipt + "','verdict':'right_pass','categories':[]}";
        zenith.say(feedback.formatted("z"));
        assertThat(zenith.hear("error")).contains("\"code\":\"unknown_receipt\"");
        acme.say(feedback.formatted("a"));
        assertThat(acme.hear("feedback_recorded")).contains(receipt);
        assertThat(admin("/admin/receipt?id=" + receipt, ACME)).isEqualTo(200);
        assertThat(admin("/admin/receipt?id=" + receipt, ZENITH)).isEqualTo(404);
        assertThat(post(ZENITH, feedback.formatted("z2")).statusCode()).isEqualTo(404);
        assertThat(post(REVIEWER, feedback.formatted("r")).statusCode()).isEqualTo(200);
        try (LedgerReader ledger = server.engine().ledger().reader()) {
            assertThat(ledger.receipt("acme", receipt)).isPresent();
            assertThat(ledger.receipt("zenith", receipt)).isEmpty();
            assertThat(ledger.receipt("default", receipt)).isEmpty();
            assertThat(ledger.reviewsOf("acme", receipt))
                    .extracting("reviewer")
                    .containsExactlyInAnyOrder("acme-1", "reviewer");
        }
    }

    private static HttpResponse<String> post(String key, String body) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/feedback"))
                                .header("Authorization", "Bearer " + key)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aRequestWithoutAKeyIsToldWhatIsExpectedAndOneWithTheWrongScopeForbidden() throws Exception {
        HttpResponse<String> refused = post("nothing", "{}");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"weir\"");
        assertThat(refused.body()).contains("\"code\":\"unauthorized\"");
        assertThat(post(OPERATOR, "{}").statusCode()).isEqualTo(403);
    }

    @Test
    void aResumeTokenBringsBackNobodyElsesStream() throws Exception {
        Raw acme = raw(ACME);
        Raw zenith = raw(ZENITH);
        acme.say("{'type':'open','stream':'s','policy':'strict'}");
        String token = field(acme.hear("opened"), "resume");
        zenith.say("{'type':'open','stream':'s','resume':'" + token + "'}");
        assertThat(zenith.hear("error"))
                .contains("\"code\":\"resume_unavailable\"")
                .contains("\"final\":true");
        acme.say("{'type':'open','stream':'again','policy':'strict','resume':'" + token + "'}");
        assertThat(acme.hear("opened")).contains("\"stream\":\"again\"");
    }

    /** The harmful turn of one tenant's conversation raises the risk of the next, and of no other tenant's. */
    @Test
    void aConversationOfTheSameNameIsAnotherTenantsOwn() throws Exception {
        Raw acme = raw(ACME);
        Raw zenith = raw(ZENITH);
        String insult = "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of trash.";
        String turn = "{'type':'open','stream':'%s','policy':'strict','mode':'gate','conversation':'c'}";
        for (Raw client : List.of(acme, zenith)) {
            client.say(turn.formatted("before"));
            client.hear("opened");
        }
        acme.say(turn.formatted("bad"));
        acme.say("{'type':'delta','stream':'bad','text':'" + insult + "'}");
        acme.say("{'type':'end','stream':'bad'}");
        assertThat(acme.hear("stopped")).contains("\"stream\":\"bad\"");
        assertThat(maxRisk(acme)).isGreaterThan(maxRisk(zenith));
    }

    private static double maxRisk(Raw client) throws InterruptedException {
        client.say("{'type':'open','stream':'next','policy':'strict','mode':'stream','conversation':'c'}");
        client.say("{'type':'delta','stream':'next','text':'Nobody likes that very much, you know.'}");
        client.say("{'type':'end','stream':'next'}");
        String ended = client.hear("ended");
        return Double.parseDouble(ended.replaceAll(".*\"maxRisk\":([0-9.E-]+).*", "$1"));
    }

    @Test
    void aPolicyOrModeThatTheCredentialDoesNotAllowIsForbiddenForThatStreamOnly() throws Exception {
        Raw zenith = raw(ZENITH);
        zenith.say("{'type':'open','stream':'good'}");
        assertThat(zenith.hear("opened")).contains("\"policy\":\"strict@");
        zenith.say("{'type':'open','stream':'p','policy':'default'}");
        assertThat(zenith.hear("error"))
                .contains("\"stream\":\"p\"", "\"code\":\"forbidden\"", "\"final\":true", "\"field\":\"policy\"");
        zenith.say("{'type':'open','stream':'m','mode':'monitor'}");
        assertThat(zenith.hear("error"))
                .contains("\"stream\":\"m\"", "\"code\":\"forbidden\"", "\"final\":true", "\"field\":\"mode\"");
        zenith.say("{'type':'delta','stream':'good','text':'Water boils.'}");
        zenith.say("{'type':'end','stream':'good'}");
        assertThat(zenith.hear("ended")).contains("\"stream\":\"good\"");
    }

    @Test
    void aTenantHasNoMoreStreamsAndConnectionsThanItsQuota() throws Exception {
        Raw acme = raw(ACME);
        for (String stream : List.of("a", "b", "c")) {
            acme.say("{'type':'open','stream':'" + stream + "'}");
            acme.hear("opened");
        }
        acme.say("{'type':'open','stream':'d'}");
        assertThat(acme.hear("error")).contains("\"stream\":\"d\"", "\"code\":\"too_many_streams\"", "\"final\":true");
        raw(ACME);
        assertThat(within(raw(ACME).closed)).isEqualTo(4429);
        Raw zenith = raw(ZENITH);
        zenith.say("{'type':'open','stream':'s'}");
        zenith.hear("opened");
        acme.say("{'type':'cancel','stream':'a'}");
        acme.hear("ended");
        String opened = "";
        for (int i = 0; i < 1_000 && !opened.contains("\"type\":\"opened\""); i++) { // the actor's end is counted after
            acme.say("{'type':'open','stream':'e" + i + "'}");
            opened = acme.hear();
        }
        assertThat(opened).contains("\"type\":\"opened\"");
    }

    /** No reply that has begun is cut or held for what the tenant said before; the next one waits. */
    @Test
    void aTenantThatSpentItsTokensFinishesWhatIsOpenAndIsToldWhenToComeBack() throws Exception {
        Raw thrifty = raw(THRIFTY);
        thrifty.say("{'type':'open','stream':'open'}");
        thrifty.hear("opened");
        String sentences = "Water boils at a hundred degrees. ".repeat(4);
        thrifty.say("{'type':'open','stream':'long'}");
        thrifty.say("{'type':'delta','stream':'long','text':'" + sentences + "'}");
        thrifty.say("{'type':'end','stream':'long'}");
        assertThat(thrifty.hear("ended")).contains("\"stream\":\"long\"");
        thrifty.say("{'type':'open','stream':'next'}");
        assertThat(thrifty.hear("error"))
                .contains("\"stream\":\"next\"", "\"code\":\"overloaded\"", "\"final\":true", "\"retryAfterMs\":");
        thrifty.say("{'type':'delta','stream':'open','text':'" + sentences + "'}");
        thrifty.say("{'type':'end','stream':'open'}");
        assertThat(thrifty.hear("ended")).contains("\"stream\":\"open\"", "\"verdict\":\"pass\"");
        receipt(raw(ZENITH), "s", "");
    }

    @Test
    void feedbackOnASocketNeedsTheScopeReview() throws Exception {
        assertThat(within(raw(REVIEWER).closed)).as("a reviewer has no streams").isEqualTo(4403);
    }

    @Test
    void theAdminPortWantsAnAdminAndShowsItsHealthToAll() throws Exception {
        assertThat(admin("/livez", null)).isEqualTo(200);
        assertThat(admin("/readyz", null)).isEqualTo(200);
        assertThat(admin("/v1/weights", null)).isEqualTo(401);
        assertThat(admin("/v1/weights", ACME)).isEqualTo(403);
        assertThat(admin("/v1/weights", OPERATOR)).isEqualTo(200);
    }

    @Test
    void theDashboardShowsReviewersTheirQueueAndOperatorsTheRest() throws Exception {
        assertThat(admin("/", null)).as("the page itself, which asks for a key").isEqualTo(200);
        for (String shown : List.of("me", "reviews", "receipt", "events", "policies", "certificate", "replay")) {
            assertThat(admin("/admin/" + shown, null)).as(shown).isEqualTo(401);
        }
        assertThat(admin("/admin/me", REVIEWER)).isEqualTo(200);
        assertThat(admin("/admin/me", OPERATOR)).isEqualTo(200);
        assertThat(admin("/admin/reviews", REVIEWER)).isEqualTo(200);
        assertThat(admin("/admin/reviews", OPERATOR)).isEqualTo(200);
        assertThat(admin("/admin/events", REVIEWER)).isEqualTo(403);
        assertThat(admin("/admin/policies", REVIEWER)).isEqualTo(403);
        assertThat(admin("/admin/policies", OPERATOR)).isEqualTo(200);
    }

    @Test
    void whatOperatorsChangeIsLoggedWithTheirNamesAndWithoutTheirKeys() throws Exception {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        Logger audit = (Logger) LoggerFactory.getLogger("dev.weir.audit");
        audit.addAppender(logged);
        try {
            assertThat(freeze(OPERATOR)).isEqualTo(200);
            assertThat(freeze(ACME)).isEqualTo(403);
            assertThat(freeze("weir_x_y")).isEqualTo(401);
        } finally {
            audit.detachAppender(logged);
        }
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "operator of default: POST /v1/weights/freeze -> 200",
                        "refused acme-1 of acme: POST /v1/weights/freeze (the credential lacks the scope admin)",
                        "refused somebody unknown: POST /v1/weights/freeze (the key is not known, or no longer)");
    }

    private static int freeze(String key) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + server.adminPort() + "/v1/weights/freeze"))
                                .header("Authorization", "Bearer " + key)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"frozen\":true}"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aBrowserMayShowTheKeyAsAPasswordToTheAdminPortAlone() throws Exception {
        String basic = "Basic " + Base64.getEncoder().encodeToString(("any:" + OPERATOR).getBytes(UTF_8));
        HttpRequest weights = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.adminPort() + "/v1/weights"))
                .header("Authorization", basic)
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(weights, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
        HttpRequest feedback = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/feedback"))
                .header("Authorization", basic)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(feedback, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(401);
    }

    private static int admin(String path, String key) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
