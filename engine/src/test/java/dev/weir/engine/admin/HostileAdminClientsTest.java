package dev.weir.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever means harm to the admin port is refused or hung up on, and an operator beside him is served. */
class HostileAdminClientsTest {

    private static final List<String> SECURITY = List.of(
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: no-referrer",
            "cross-origin-resource-policy: same-origin",
            "cache-control: no-store");

    private final List<Client> clients = new ArrayList<>();
    private final AdminPort port = new AdminPort("max-connections = 2", "head-timeout = 2 s", "body-timeout = 300 ms");

    HostileAdminClientsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        for (Client client : clients) {
            client.socket.close();
        }
        port.close();
    }

    private Client dial() throws IOException {
        Client client = new Client(port.port());
        clients.add(client);
        return client;
    }

    private Client neighbour() throws IOException {
        Client neighbour = dial();
        assertUndisturbed(neighbour);
        return neighbour;
    }

    private static void assertUndisturbed(Client client) throws IOException {
        client.send("GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(client.head()).startsWith("http/1.1 404 ").doesNotContain("connection: close");
    }

    private static String freeze(String... headers) {
        return "POST /v1/weights/freeze HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + String.join("", headers) + "\r\n";
    }

    @Test
    void whoSendsHisHeadByteByByteIsToldThatItTakesTooLong() throws IOException {
        Client neighbour = neighbour();
        assertThat(dial().drip("GET /livez HTTP/1.1\r\n", "X"))
                .startsWith("HTTP/1.1 408 ")
                .contains(
                        "connection: close",
                        "content-type: application/problem+json",
                        "\"detail\":\"the head of this request is not whole"
                                + " (expected: within 2 s, see weir.admin.head-timeout)\"");
        assertUndisturbed(neighbour);
    }

    @Test
    void whoSendsHisBodyByteByByteIsToldThatItTakesTooLong() throws IOException {
        Client neighbour = neighbour();
        assertThat(dial().drip(freeze("Content-Length: 8000\r\n"), " "))
                .startsWith("HTTP/1.1 408 ")
                .contains("\"detail\":\"the body of this request", "within 300 ms, see weir.admin.body-timeout");
        assertUndisturbed(neighbour);
    }

    @Test
    void aBodyBeyondTheLimitIsRefusedUnread() throws IOException {
        Client neighbour = neighbour();
        Client declared = dial();
        declared.send(freeze("Content-Length: 8193\r\n"));
        assertThat(declared.head()).startsWith("http/1.1 413 ").contains("connection: close");
        assertThat(declared.rest()).contains("\"detail\":\"expected: at most 8192 bytes\"");
        assertUndisturbed(neighbour);
    }

    @Test
    void aBodyThatTurnsOutToBeBeyondTheLimitIsRefused() throws IOException {
        Client neighbour = neighbour();
        Client chunked = dial();
        chunked.send(freeze("Transfer-Encoding: chunked\r\n") + ("1000\r\n" + "x".repeat(0x1000) + "\r\n").repeat(3));
        assertThat(chunked.head()).startsWith("http/1.1 413 ");
        assertUndisturbed(neighbour);
    }

    @Test
    void aHeadBeyondTheLimitIsRefused() throws IOException {
        Client neighbour = neighbour();
        Client wordy = dial();
        wordy.send("GET /livez HTTP/1.1\r\nX: " + "x".repeat(9_000) + "\r\n\r\n");
        assertThat(wordy.head()).startsWith("http/1.1 431 ");
        assertUndisturbed(neighbour);
    }

    @Test
    void oneConnectionTooManyIsToldSoAndHowTheServerIsAndTheNextAfterItIsServed() throws IOException {
        Client neighbour = neighbour();
        Client other = neighbour();
        Client probe = dial();
        probe.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(probe.head()).startsWith("http/1.1 200 ");
        probe.send("GET /v1/weights HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(probe.head()).startsWith("http/1.1 503 ").contains("connection: close");
        assertThat(probe.rest())
                .contains("\"detail\":\"too many connections (expected: fewer, see weir.admin.max-connections)\"");
        assertUndisturbed(neighbour);
        other.socket.close();
        String status;
        do { // until the server has seen it go
            Client next = dial();
            next.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            status = next.head();
            next.rest();
        } while (status.startsWith("http/1.1 503 "));
        assertThat(status).startsWith("http/1.1 200 ");
    }

    @Test
    void manySocketsOpenedAndLeftDisturbNobodyAndAreHungUpOn() throws IOException {
        Client neighbour = neighbour();
        for (int i = 0; i < 200; i++) {
            dial();
        }
        assertUndisturbed(neighbour);
        for (Client left : clients.subList(1, clients.size())) {
            assertThat(left.isOver()).isTrue();
        }
        neighbour();
    }

    @Test
    void everyAnswerIsGuardedAgainstPagesOfOthersWhateverWasAsked() throws IOException {
        List<String> heads = new ArrayList<>();
        for (String request : List.of(
                "GET /livez HTTP/1.1\r\n\r\n",
                "HEAD /livez HTTP/1.1\r\nConnection: close\r\n\r\n",
                "GET /nowhere HTTP/1.1\r\n\r\n",
                "PUT /livez HTTP/1.1\r\n\r\n",
                "OPTIONS /v1/weights HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                freeze("Content-Length: 8193\r\n"),
                "garbage\r\n\r\n",
                "GET /admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            Client client = new Client(port.port());
            client.send(request);
            heads.add(client.head());
            client.socket.close();
        }
        assertThat(heads).allSatisfy(head -> assertThat(head).contains(SECURITY));
    }

    /** Its browser asks first whether it may, and takes this for a no. */
    @Test
    void aPageOfAnotherSiteIsToldWhatAPathTakesAndIsNotLetIn() throws IOException {
        Client client = dial();
        client.send("OPTIONS /v1/weights/freeze HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n"
                + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: weir-request\r\n\r\n");
        assertThat(client.head())
                .startsWith("http/1.1 204 ")
                .contains("allow: post")
                .doesNotContain("access-control-");
    }

    private static final class Client {
        private final Socket socket;
        private final BufferedReader in;

        Client(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(10_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        }

        /** Of the next answer, in lower case; what of its body was not asked for by its length is skipped. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                head.append(line.toLowerCase(java.util.Locale.ROOT)).append('\n');
                line = in.readLine();
            }
            if (!head.toString().contains("connection: close")) {
                skipBody(head.toString());
            }
            return head.toString();
        }

        private void skipBody(String head) throws IOException {
            int at = head.indexOf("content-length: ");
            if (at >= 0) {
                int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\n', at)));
                for (int left = length; left > 0; left--) {
                    in.read();
                }
            }
        }

        /** Until the server hangs up. */
        String rest() throws IOException {
            StringBuilder rest = new StringBuilder();
            for (int c = in.read(); c >= 0; c = in.read()) {
                rest.append((char) c);
            }
            return rest.toString();
        }

        /** The same, while it goes on sending. */
        String drip(String begin, String more) throws IOException {
            socket.setSoTimeout(1);
            send(begin);
            StringBuilder heard = new StringBuilder();
            while (true) { // the test's own time-out ends it
                try {
                    for (int c = in.read(); c >= 0; c = in.read()) {
                        heard.append((char) c);
                    }
                    return heard.toString();
                } catch (SocketTimeoutException e) {
                    offer(more);
                } catch (IOException e) {
                    return heard.toString(); // reset: what came before stands
                }
            }
        }

        private void offer(String bytes) {
            try {
                send(bytes);
            } catch (IOException e) {
                // it hung up before; what it said stands to be read
            }
        }

        boolean isOver() {
            try {
                return socket.getInputStream().read() < 0;
            } catch (SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                return true; // reset
            }
        }
    }
}
