package dev.weir.engine;

import static dev.weir.engine.RelayClient.asEvents;
import static dev.weir.engine.RelayClient.ask;
import static dev.weir.engine.RelayClient.content;
import static dev.weir.engine.RelayClient.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.RelayClient.Event;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not read, or go away, and upstreams whose answers come in odd ways. */
class RelayPaceTest {

    /** An event of 64 KiB that says nothing to anybody, so that nothing is scored and only reading takes time. */
    private static final String FILLER = "{\"id\":\"c\",\"choices\":[]" + " ".repeat(1 << 16) + "}";
    /** More than all buffers between upstream and client take. */
    private static final int FILLERS = 768;

    @RegisterExtension
    static final RunningRelay relay = new RunningRelay("");

    private static final FakeUpstream upstream = relay.upstream;
    private static final RelayClient client = relay.client;

    /** Asks without reading an answer. */
    private static Socket asked(Server of, boolean stream) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8_192);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), of.port()));
        String body = ask(stream, "");
        socket.getOutputStream()
                .write(("POST /v1/chat/completions HTTP/1.1\r\nHost: weir\r\nContent-Type: application/json\r\n"
                                + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** How many of them the upstream could say before it was hung up on. */
    private static int sayFillers(FakeUpstream.Call call) throws IOException {
        call.begin();
        for (int said = 0; said < FILLERS; said++) {
            try {
                call.event(FILLER);
            } catch (IOException e) {
                return said;
            }
        }
        call.event(Chunks.finish(0, "stop")).done();
        return FILLERS;
    }

    @Test
    void anUpstreamWaitsForAClientThatReadsLaterAndThenGoesOn() throws Exception {
        CompletableFuture<Integer> said = new CompletableFuture<>();
        upstream.next(call -> said.complete(sayFillers(call)));
        try (Socket late = asked(relay.server(), true)) {
            upstream.call();
            assertThatThrownBy(() -> said.get(2, TimeUnit.SECONDS))
                    .as("nothing of it was read, and yet it was taken from the upstream")
                    .isInstanceOf(TimeoutException.class);
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(late.getInputStream(), StandardCharsets.UTF_8));
            int fillers = 0;
            for (String line = reader.readLine(); !"data: [DONE]".equals(line); line = reader.readLine()) {
                fillers += line.startsWith("data: {\"id\":\"c\"") && line.length() == FILLER.length() + 6 ? 1 : 0;
            }
            assertThat(fillers).isEqualTo(FILLERS);
        }
        assertThat(said.get(30, TimeUnit.SECONDS)).isEqualTo(FILLERS);
    }

    @Test
    void aClientThatNeverReadsIsGivenUpAndItsUpstreamHasNotSaidAll() throws Exception {
        CompletableFuture<Integer> said = new CompletableFuture<>();
        try (Server impatient = RelayTest.server(upstream, "weir.gateway.slow-reader-timeout = 3 s")) {
            upstream.next(call -> said.complete(sayFillers(call)));
            try (Socket never = asked(impatient, true)) {
                upstream.call();
                assertThat(said.get(30, TimeUnit.SECONDS)).isLessThan(FILLERS);
                assertThat(never.isClosed()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatGoesAwayBeforeTheAnswerTakesTheUpstreamWithIt(boolean stream) throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        upstream.next(call -> hungUp.complete(call.isHungUpOn()));
        try (Socket gone = asked(relay.server(), stream)) {
            upstream.call();
            assertThat(gone.isConnected()).isTrue();
            assertThat(hungUp).isNotDone();
        }
        assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClientThatGoesAwayInTheMiddleOfAWholeReplyTakesTheUpstreamWithIt() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        upstream.next(call -> {
            call.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{\"id\":");
            hungUp.complete(call.isHungUpOn());
        });
        try (Socket gone = asked(relay.server(), false)) {
            upstream.call();
            assertThat(gone.isConnected()).isTrue();
        }
        assertThat(hungUp.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anUpstreamThatClosesItsHalfInTheMiddleHasBrokenOff() throws Exception {
        upstream.next(
                call -> call.begin().content("A low wall ").content("across ").halfClose());
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(events.getLast().json().path("error").path("code").asText()).isEqualTo("upstream_failed");
        assertThat("A low wall across ").startsWith(content(events));
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsWhole() throws Exception {
        upstream.next(call -> {
            call.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                    + asEvents(List.of(Chunks.role(0), Chunks.content(0, "Yes."), Chunks.finish(0, "stop"), "[DONE]")));
            call.hangUp();
        });
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(content(events)).isEqualTo("Yes.");
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
        upstream.next(call -> say(call, "And the next."));
        assertThat(content(client.stream(""))).isEqualTo("And the next.");
        upstream.call();
    }

    @Test
    void aVeryLongEventIsLetThroughWithoutLosingALetter() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 200_000; i++) {
            text.append("Line ").append(i).append(" of the river gauge reads four metres. ");
        }
        upstream.next(call -> call.begin()
                .content(text.toString())
                .event(Chunks.finish(0, "stop"))
                .done());
        List<Event> events = client.stream("");
        upstream.call();
        assertThat(content(events)).isEqualTo(text.toString());
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
    }

    @Test
    void severalWordsInOneEventDoNotWaitForTheLastOfThem() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        List<String> lines = new ArrayList<>();
        upstream.next(call -> {
            call.begin().content("Water boils at sea");
            assertThat(read.await(30, TimeUnit.SECONDS))
                    .as("the first words are read")
                    .isTrue();
            call.content(" level.").event(Chunks.finish(0, "stop")).done();
        });
        try (var body = client.chatByLine(ask(true, "")).body()) {
            body.filter(line -> line.startsWith("data: ")).forEach(line -> {
                lines.add(line.substring(6));
                if (line.contains("boils at")) {
                    read.countDown();
                }
            });
        }
        upstream.call();
        List<Event> events = lines.stream().map(Event::new).toList();
        assertThat(content(events.subList(0, 1))).isEqualTo("Water boils at ");
        assertThat(content(events)).isEqualTo("Water boils at sea level.");
    }
}
