package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.Config;
import dev.weir.engine.access.ApiKeys;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One server, told of one configuration after another. */
class ReloadTest {

    private static final String OLD = ApiKeys.draw("old", new SecureRandom());
    private static final String NEW = ApiKeys.draw("new", new SecureRandom());

    @TempDir
    static Path folder;

    private static Server server;

    @BeforeAll
    static void start() throws StartException {
        server = Server.start(config(OLD, ""), line -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Config config(String key, String more) {
        return Engines.config(
                """
                weir.ledger.url = "jdbc:sqlite:%s"
                weir.access.keys.%s.hash = "%s"
                %s
                """.formatted(folder.resolve("ledger.db"), ApiKeys.idOf(key).orElseThrow(), ApiKeys.hash(key), more));
    }

    private static WeirClient connect(String key) {
        return within(WeirClient.connect(
                URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream"),
                ClientSettings.defaults().withToken(key)));
    }

    private static ServerMessage.Opened open(WeirClient client) {
        CompletableFuture<ServerMessage> opened = new CompletableFuture<>();
        client.open(StreamOptions.defaults().withMode(Mode.STREAM), opened::complete);
        return (ServerMessage.Opened) within(opened);
    }

    private static <T> T within(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Test
    void keysAndPoliciesChangeForWhatComesAndNotForWhatIsOpen() throws Exception {
        server.reload(config(OLD, ""));
        try (WeirClient before = connect(OLD)) {
            assertThat(open(before).policy()).isEqualTo("default@1");
            Server.Reloaded reloaded =
                    server.reload(config(NEW, "weir.policies.default { version = 2 }, weir.gateway.port = 1"));
            assertThat(reloaded.changed()).containsExactly("policies", "access");
            assertThat(reloaded.waiting()).containsExactly("weir.gateway.port");
            CompletableFuture<ServerMessage> answer = new CompletableFuture<>();
            before.open(StreamOptions.defaults(), answer::complete);
            assertThat(within(answer))
                    .isInstanceOfSatisfying(
                            ServerMessage.ErrorMessage.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
            try (WeirClient after = connect(NEW)) {
                assertThat(open(after).policy()).isEqualTo("default@2");
            }
            assertThat(statusOfFeedback(NEW)).as("known, for other things").isEqualTo(403);
            assertThat(statusOfFeedback(OLD)).isEqualTo(401);
        }
    }

    /** As {@code reference.conf} has it of a key that is taken back. */
    @Test
    void aKeyThatIsTakenBackFinishesItsStreamsAndGetsNoNewOnes() throws Exception {
        server.reload(config(OLD, ""));
        try (WeirClient client = connect(OLD)) {
            ModeratedStream stream = client.open(StreamOptions.defaults().withMode(Mode.GATE));
            stream.send("Water boils at a hundred degrees, ");
            open(client);
            server.reload(config(NEW, ""));
            for (int i = 0; i < 2; i++) { // the socket stays, whatever is asked on it
                assertThat(within(client.open(StreamOptions.defaults()).end()))
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
            }
            stream.send("and sooner on a mountain.");
            assertThat(within(stream.end())).isInstanceOf(Outcome.Ended.class);
        }
    }

    private static int statusOfFeedback(String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/feedback"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aConfigurationWithAFaultChangesNothingAtAll() throws Exception {
        server.reload(config(OLD, ""));
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> server.reload(
                        config(NEW, "weir.policies.default { version = 3, mode = strict }, weir.tenants.\"/\" {}")))
                .satisfies(refused -> assertThat(refused.problems())
                        .anyMatch(problem -> problem.startsWith("weir.policies.default.mode: strict"))
                        .anyMatch(problem -> problem.startsWith("weir.tenants: /")));
        try (WeirClient client = connect(OLD)) {
            assertThat(open(client).policy()).isEqualTo("default@1");
        }
        assertThat(server.reload(config(OLD, "")).changed()).isEmpty();
    }

    /** Taking the keys away would leave a port that others reach without a lock. */
    @Test
    void theHostOfAPortIsReadAtTheStartOnlyAndTheLocksAreHeldAgainstThat() throws Exception {
        assertThat(server.reload(config(OLD, "weir.gateway.host = \"0.0.0.0\"")).waiting())
                .containsExactly("weir.gateway.host");
    }

    @Test
    void aChangedFileIsReadAndAFaultIsSaidInOneLine() throws Exception {
        server.reload(config(OLD, ""));
        Path file = folder.resolve("weir.conf");
        write(file, "");
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        try (Reloading reloading = Reloading.start(
                server,
                Optional.of(file),
                () -> config(OLD, Files.readString(file)),
                Duration.ofMillis(20),
                said::add)) {
            write(file, "weir.tenants.acme { weakest-mode = gate }");
            assertThat(said.poll(30, TimeUnit.SECONDS)).isEqualTo("reloaded: access");
            write(file, "weir.tenants.acme { weakest-mode = loose }");
            assertThat(said.poll(30, TimeUnit.SECONDS))
                    .isEqualTo("not reloaded, everything stays as it was: weir.tenants.acme.weakest-mode: loose"
                            + " (expected: monitor, stream or gate)");
            write(file, "weir.tenants.acme { weakest-mode = gate }, weir.gateway.port = 2");
            assertThat(said.poll(30, TimeUnit.SECONDS))
                    .isEqualTo("reloaded: nothing that can be changed now is different");
            assertThat(said.poll(30, TimeUnit.SECONDS)).isEqualTo("needs a restart: weir.gateway.port");
            reloading.now();
            assertThat(said.poll(30, TimeUnit.SECONDS)).startsWith("reloaded: nothing");
        }
    }

    /** As a careful operator does, so that nobody reads half of it. */
    private static void write(Path file, String text) throws Exception {
        Path draft = Files.writeString(folder.resolve("draft.conf"), text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
