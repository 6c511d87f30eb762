package dev.weir.bench.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;

/** What one client does that means harm, from its first byte until the server is rid of it. */
public final class Intruder {

    private static final int BOMB_BYTES = 64 << 20;
    private static final long BETWEEN_BYTES_MILLIS = 1_000;

    private static final int PIECES = 160;
    private static final byte[] PIECE =
            ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LONG_BODY = new byte[1 << 20];

    private static final byte[] LONG_FRAME = longFrame();

    private final Door door;
    private final String key;
    private final String forged;
    private final byte[] bomb;

    /**
     * @param key that is good
     * @param forged a token that is not
     */
    public Intruder(Door door, String key, String forged) {
        this.door = door;
        this.key = key;
        this.forged = forged;
        this.bomb = bomb();
    }

    private static byte[] longFrame() {
        byte[] frame = new byte[14 + (4 << 20)];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) 0xFF;
        frame[7] = 0x40; // of the length, 8 bytes from the third on
        return frame;
    }

    private static byte[] bomb() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[BOMB_BYTES]);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is written but to memory", e);
        }
        return packed.toByteArray();
    }

    /** Opens a socket and leaves it. */
    public String opens() throws IOException {
        try (Socket socket = door.knock()) {
            return Ending.read(socket.getInputStream());
        }
    }

    /** Agrees how the connection is encrypted, and leaves it. */
    public String encrypts() throws IOException {
        try (Socket socket = door.enter()) {
            return Ending.read(socket.getInputStream());
        }
    }

    /** Opens a WebSocket with a good key, and leaves it: not even a ping is answered. */
    public String opensWebSocket() throws IOException {
        return sends(upgrade(key));
    }

    /** Says the head of a request a byte a second. */
    public String saysItsHeadSlowly() throws IOException, InterruptedException {
        return drips(upgrade(key).substring(0, 40));
    }

    /** Says the body of a request a byte a second. */
    public String saysItsBodySlowly() throws IOException, InterruptedException {
        return drips(post("/v1/moderations", key, "Content-Length: 8000\r\n") + "{");
    }

    /** Sends 64 MiB of zeros, packed to 64 KiB. */
    public String sendsABomb() throws IOException {
        return sends(
                post("/v1/moderations", key, "Content-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n"),
                bomb);
    }

    /** Sends a body that is longer than it may be, and says so. */
    public String sendsABodyTooLong() throws IOException {
        return sends(post("/v1/chat/completions", key, "Content-Length: 1000000000\r\n"), LONG_BODY);
    }

    /** Sends a body that is longer than it may be, piece by piece. */
    public String sendsPiecesWithoutEnd() throws IOException {
        try (Socket socket = door.enter()) {
            offer(
                    socket,
                    post("/v1/moderations", key, "Transfer-Encoding: chunked\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < PIECES; i++) {
                offer(socket, PIECE);
            }
            return Ending.read(socket.getInputStream());
        }
    }

    /** Sends a frame of 4 MiB on a WebSocket. */
    public String sendsAFrameTooLong() throws IOException {
        try (Socket socket = door.enter()) {
            offer(socket, upgrade(key).getBytes(StandardCharsets.US_ASCII));
            String head = head(socket.getInputStream());
            offer(socket, LONG_FRAME);
            return Ending.read(head, socket.getInputStream());
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Shows a token that its issuer did not sign, at the door of the WebSockets. */
    public String forgesForAWebSocket() throws IOException {
        return sends(upgrade(forged));
    }

    /** The same where texts are moderated. */
    public String forgesForARequest() throws IOException {
        return sends(
                post("/v1/moderations", forged, "Content-Length: 13\r\nConnection: close\r\n"),
                "{\"input\":\"x\"}".getBytes(StandardCharsets.US_ASCII));
    }

    private static String upgrade(String credential) {
        return "GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: d2Vpci1iZW5jaC0wMDAwMA==\r\nAuthorization: Bearer "
                + credential + "\r\n\r\n";
    }

    private static String post(String path, String credential, String headers) {
        return "POST " + path
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                + credential + "\r\n" + headers + "\r\n";
    }

    private String sends(String head, byte... body) throws IOException {
        try (Socket socket = door.enter()) {
            offer(socket, head.getBytes(StandardCharsets.US_ASCII));
            offer(socket, body);
            return Ending.read(socket.getInputStream());
        }
    }

    /** Writes what the server may not want to hear to its end. */
    private static void offer(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            // it hung up before; what it said stands to be read
        }
    }

    private String drips(String beginning) throws IOException, InterruptedException {
        try (Socket socket = door.enter()) {
            offer(socket, beginning.getBytes(StandardCharsets.US_ASCII));
            Thread dripping = Thread.ofVirtual().start(() -> drip(socket));
            InputStream in = socket.getInputStream();
            String ending = Ending.read(in);
            dripping.interrupt();
            dripping.join(Duration.ofSeconds(5));
            return ending;
        }
    }

    private static void drip(Socket socket) {
        try {
            while (!socket.isClosed()) {
                Thread.sleep(BETWEEN_BYTES_MILLIS);
                socket.getOutputStream().write(' ');
            }
        } catch (IOException | InterruptedException e) {
            // over
        }
    }
}
