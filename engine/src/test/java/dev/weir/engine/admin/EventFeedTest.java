package dev.weir.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.engine.live.LiveStream;
import dev.weir.models.Category;
import dev.weir.protocol.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watchers over real sockets. */
class EventFeedTest {

    private final List<Watcher> watchers = new ArrayList<>();
    private final AdminPort port;
    private final LiveStream stream;

    EventFeedTest() throws IOException {
        port = new AdminPort("sample-interval = 100 ms", "max-watchers = 2", "slow-reader-timeout = 2 s");
        stream = port.live.open(new LiveStream.About("default", "uid", "s", "content", "default@1", Mode.GATE, 0));
    }

    @AfterEach
    void close() throws IOException {
        for (Watcher watcher : watchers) {
            watcher.close();
        }
        port.close();
    }

    private Watcher watch() throws IOException {
        Watcher watcher = new Watcher(port.port());
        watchers.add(watcher);
        return watcher;
    }

    @Test
    void showsTheServerEveryIntervalAndWhatWasDrawnBefore() throws Exception {
        Watcher watcher = watch();
        assertThat(watcher.next("history")).isEmpty();
        watcher.next("sample");
        stream.scored(3, 0.75, 0.75, Category.HATE);
        JsonNode sample = watcher.next("sample");
        while (sample.at("/live/0/tokens").asInt() == 0) {
            sample = watcher.next("sample"); // one may have been on its way
        }
        assertThat(sample.at("/live/0/risk").asDouble()).isEqualTo(0.75);
        assertThat(sample.at("/live/0/trace/0").asInt()).isEqualTo(750);
        assertThat(sample.at("/live/0/category").asText()).isEqualTo("hate");
        assertThat(sample.at("/numbers/level").asInt()).isZero();
        assertThat(watch().next("history")).isNotEmpty();
    }

    @Test
    void looksOnceForAllWhoWatchAndNotAtAllForNobody() throws Exception {
        assertThat(stream.isWatched()).isFalse();
        Watcher one = watch();
        Watcher other = watch();
        other.next("sample");
        one.next("sample");
        assertThat(stream.isWatched()).isTrue();
        long at = other.next("sample").at("/numbers/at").asLong();
        while (one.next("sample").at("/numbers/at").asLong() < at) {
            // the same sample is on its way to both
        }
        assertThat(one.lastAt).isEqualTo(at);
        one.close();
        other.close();
        while (stream.isWatched()) {
            Thread.onSpinWait(); // until the server has seen them go
        }
        int looks = port.looks.get();
        assertThat(port.send("GET", "/livez").statusCode()).isEqualTo(200);
        assertThat(port.looks.get()).isEqualTo(looks);
    }

    @Test
    void takesNoMoreWatchersThanItIsToldTo() throws Exception {
        watch().next("history");
        watch().next("history");
        assertThat(port.send("GET", "/admin/events").statusCode()).isEqualTo(503);
        watchers.getFirst().close();
        while (port.send("HEAD", "/admin/events").statusCode() == 503) {
            // until the server has seen it go
        }
        assertThat(watch().next("history")).isNotNull();
    }

    /** A page that was left on a laptop that sleeps must not fill this server's memory. */
    @Test
    void dropsAWatcherThatDoesNotRead() throws Exception {
        for (int i = 0; i < 24; i++) {
            LiveStream open = port.live.open(new LiveStream.About(
                    "default", "uid " + "x".repeat(400), "s" + i, "content", "default@1", Mode.GATE, i));
            open.scored(1, 0.5, 0.5, Category.HATE);
        }
        Watcher reading = watch();
        reading.next("sample");
        try (Socket asleep = new Socket()) {
            asleep.setReceiveBufferSize(4_096);
            asleep.connect(new InetSocketAddress("127.0.0.1", port.port()));
            Watcher.ask(asleep);
            assertThat(asleep.getInputStream().read()).as("it watches").isEqualTo('H');
            while (port.send("HEAD", "/admin/events").statusCode() == 503) {
                reading.next("sample");
            }
            assertThat(reading.next("sample")).as("the other goes on").isNotNull();
        }
    }

    private static final class Watcher {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final Socket socket;
        private final BufferedReader in;
        private long lastAt;

        Watcher(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(20_000);
            ask(socket);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        static void ask(Socket socket) throws IOException {
            socket.getOutputStream()
                    .write("GET /admin/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }

        /** The data of the next event of this name. */
        JsonNode next(String name) throws IOException {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("event: " + name)) {
                    JsonNode data = JSON.readTree(in.readLine().substring("data: ".length()));
                    lastAt = data.at("/numbers/at").asLong();
                    return data;
                }
            }
            throw new IOException("the server hung up");
        }

        void close() throws IOException {
            socket.close();
        }
    }
}
