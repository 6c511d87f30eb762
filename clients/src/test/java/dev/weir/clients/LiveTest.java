package dev.weir.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.Server;
import dev.weir.engine.access.ApiKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every client before a server with the shipped models: the same behaviour, whatever it is written in. */
@ParameterizedClass
@EnumSource(ClientKind.class)
class LiveTest {

    private static final String HARMLESS =
            "Water boils at 100 °C at sea level. On a mountain it boils sooner, because the air is thin. 😀 漢字 𝒳";
    private static final String INSULTS =
            "You are a worthless, stupid idiot and nobody likes you. Shut up, you pathetic piece of trash. "
                    + "Everyone laughs at you behind your back, you disgusting moron. "
                    + "I will find you and I will kill you, you worthless piece of garbage.";

    private static final String KEY = ApiKeys.draw("chat-1", new SecureRandom());

    @TempDir
    static Path folder;

    private static Server server;

    @Parameter
    ClientKind kind;

    private CuttableWire wire;
    private Driver driver;

    @BeforeAll
    static void startServer() throws Exception {
        server = LiveServer.start(folder.resolve("ledger.db"), """
                weir.access.keys.chat-1 { hash = "%s", scopes = [stream, review] }
                """.formatted(ApiKeys.hash(KEY)));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() throws Exception {
        wire = new CuttableWire(server.port());
        driver = kind.start();
        assertThat(connects(driver, KEY)).isTrue();
    }

    @AfterEach
    void close() throws Exception {
        if (driver != null) {
            driver.close();
        }
        wire.close();
    }

    /** Its handshake succeeds, because a browser is told no status; then it is closed with 4401, which is for good. */
    @Test
    void aClientWithoutTheRightKeyIsTurnedAwayForGood() throws Exception {
        try (Driver stranger = kind.start()) {
            assertThat(connects(stranger, ApiKeys.draw("chat-1", new SecureRandom())))
                    .isTrue();
            stranger.tell(action("open").put("mode", "gate"));
            JsonNode outcome = stranger.await("outcome", "g").path("outcome");
            assertThat(outcome.path("kind").asText()).isEqualTo("failed");
            assertThat(stranger.has("waits")).isFalse();
        }
    }

    @Test
    void aHarmlessReplyComesOutAsItWentIn() {
        Played played = play("gate", HARMLESS);
        assertThat(played.shown).isEqualTo(HARMLESS);
        assertThat(played.outcome.path("kind").asText()).isEqualTo("ended");
        assertThat(played.outcome.path("through").asInt()).isEqualTo(Replay.length(HARMLESS, kind.units()));
    }

    @Test
    void aCardNumberIsReplacedBehindCharactersOfEveryWidth() {
        assertThat(play("gate", "😀 é 漢 𝒳: the card is 4111 1111 1111 1111, 😀 as you asked.").shown)
                .isEqualTo("😀 é 漢 𝒳: the card is [card number], 😀 as you asked.");
    }

    @Test
    void aStreamOfInsultsIsStoppedAndNothingUnreleasedIsShown() {
        Played played = play("gate", INSULTS);
        assertThat(played.outcome.path("kind").asText()).isEqualTo("stopped");
        assertThat(played.outcome.path("at").asInt()).isPositive();
        assertThat(INSULTS).startsWith(played.shown);
        assertThat(Replay.length(played.shown, kind.units()))
                .isLessThanOrEqualTo(played.outcome.path("released").asInt());
    }

    @Test
    void inStreamModeTheReaderSeesTextAtOnceAndTheStopLater() {
        Played played = play("stream", INSULTS);
        assertThat(played.outcome.path("kind").asText()).isEqualTo("stopped");
        assertThat(INSULTS).startsWith(played.shown);
    }

    @Test
    void aTextLongerThanTheCreditComesThroughWhole() {
        String text = "The tide comes in and the tide goes out again. ".repeat(250);
        open("gate");
        send(text);
        assertThat(driver.await("taken", "g").path("taken").asBoolean()).isTrue();
        driver.tell(action("end"));
        assertThat(finish().shown).isEqualTo(text);
    }

    @Test
    void aCancelledReplyEndsSo() {
        open("gate");
        send("Once upon a time ");
        driver.tell(action("cancel"));
        assertThat(finish().outcome.path("verdict").asText()).isEqualTo("cancelled");
    }

    @Test
    void aFlushReleasesWhatAStalledGeneratorLeft() {
        open("gate");
        send("Water boils at 100 degrees and");
        driver.tell(action("flush"));
        assertThat(driver.awaitText("g", 1)).startsWith("Water");
        driver.tell(action("cancel"));
        finish();
    }

    @Test
    void aLostConnectionChangesNothingOfWhatIsShown() {
        String text = "Sure. " + HARMLESS + " The card is 4111 1111 1111 1111, as you asked. " + HARMLESS;
        open("gate");
        send(text.substring(0, 90));
        String before = driver.awaitText("g", 1);
        wire.cut();
        assertThat(driver.await("waits", "").path("waits").asInt()).isEqualTo(2_500);
        send(text.substring(90));
        driver.tell(action("end"));
        driver.tell(action("reconnect"));
        assertThat(driver.await("waits", "").path("waits").asInt()).isEqualTo(5_000);
        driver.tell(action("reconnect"));
        assertThat(driver.await("waits", "").path("waits").asInt()).isEqualTo(10_000);
        wire.mend();
        driver.tell(action("reconnect"));
        Played played = finish();
        assertThat(before + played.shown).isEqualTo(text.replace("4111 1111 1111 1111", "[card number]"));
        assertThat(played.outcome.path("kind").asText()).isEqualTo("ended");
    }

    @Test
    void aStopIsTheSameAfterALostConnection() {
        open("gate");
        send(INSULTS.substring(0, 20));
        wire.cut();
        driver.await("waits", "");
        send(INSULTS.substring(20));
        driver.tell(action("end"));
        wire.mend();
        driver.tell(action("reconnect"));
        Played resumed = finish();
        Played whole = play("gate", INSULTS, "h");
        assertThat(resumed.outcome.path("at")).isEqualTo(whole.outcome.path("at"));
        assertThat(resumed.outcome.path("onset")).isEqualTo(whole.outcome.path("onset"));
    }

    @Test
    void feedbackOnAReceiptIsKeptAndOnAnotherRefused() {
        String receipt = play("gate", HARMLESS).outcome.path("receipt").asText();
        String id = "f-" + kind;
        judge(id, receipt);
        assertThat(driver.await("recorded", "").path("receipt").asText()).isEqualTo(receipt);
        judge(id + "-2", "01J00000000000000000000000");
        assertThat(driver.await("refused", "").path("refused").asText()).isEqualTo(id + "-2");
    }

    private boolean connects(Driver client, String key) {
        ObjectNode connect = Transcript.JSON.createObjectNode().put("do", "connect");
        client.tell(connect.put("url", wire.url()).put("token", key));
        return client.await("connected", "").path("connected").asBoolean();
    }

    private record Played(String shown, JsonNode outcome) {}

    private Played play(String mode, String text) {
        return play(mode, text, "g");
    }

    /** Word by word, each sent without waiting for the one before it. */
    private Played play(String mode, String text, String stream) {
        driver.tell(action("open", stream).put("mode", mode));
        for (String word : text.split("(?<= )")) {
            driver.tell(action("send", stream).put("text", word));
        }
        driver.tell(action("end", stream));
        return finish(stream);
    }

    private void open(String mode) {
        driver.tell(action("open").put("mode", mode));
    }

    private void send(String text) {
        driver.tell(action("send").put("text", text));
    }

    private void judge(String id, String receipt) {
        ObjectNode feedback = Transcript.JSON.createObjectNode().put("do", "feedback");
        feedback.put("id", id).put("receipt", receipt).put("verdict", "right_pass");
        feedback.putArray("categories");
        driver.tell(feedback);
    }

    private Played finish() {
        return finish("g");
    }

    private Played finish(String stream) {
        JsonNode outcome = driver.await("outcome", stream).path("outcome");
        driver.await("read", stream);
        return new Played(driver.takeText(stream), outcome);
    }

    private static ObjectNode action(String what) {
        return action(what, "g");
    }

    private static ObjectNode action(String what, String stream) {
        return Transcript.JSON.createObjectNode().put("do", what).put("stream", stream);
    }
}
