package dev.weir.engine.gateway;

import dev.weir.protocol.Subprotocol;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A WebSocket client that can be wrong on purpose: it sends any frame it is told to, and answers nothing by itself. */
final class RawWebSocket implements AutoCloseable {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int status() {
            return ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }
    }

    private final Socket socket;
    private final Subprotocol subprotocol;
    private final DataInputStream in;
    private final OutputStream out;

    private RawWebSocket(Socket socket, Subprotocol subprotocol) throws IOException {
        this.socket = socket;
        this.subprotocol = subprotocol;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static RawWebSocket dial(int port) throws IOException {
        return dial(port, Subprotocol.JSON);
    }

    private static RawWebSocket dial(int port, Subprotocol subprotocol) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        return new RawWebSocket(socket, subprotocol);
    }

    /** Dials and shakes hands. */
    static RawWebSocket open(int port, Subprotocol subprotocol) throws IOException {
        RawWebSocket client = dial(port, subprotocol);
        List<String> head = client.shakeHands("Sec-WebSocket-Protocol: " + subprotocol.wireName());
        if (!head.get(0).contains(" 101 ")) {
            throw new IOException("refused: " + head);
        }
        return client;
    }

    /** @return the lines of the answer up to the empty one */
    List<String> shakeHands(String... headers) throws IOException {
        return request("GET /v1/stream HTTP/1.1", headers);
    }

    List<String> request(String requestLine, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(
                requestLine + "\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        sendBytes(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        return readHead();
    }

    List<String> readHead() throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            head.add(line);
        }
        return head;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    String readBody(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /**
     * What comes until the server hangs up, or resets.
     *
     * @throws SocketTimeoutException when it does neither
     */
    String readToEnd() throws SocketTimeoutException {
        return read(false);
    }

    /** The same, or the head of the answer when that says that this is a WebSocket from now on. */
    String readAnswer() throws SocketTimeoutException {
        return read(true);
    }

    private String read(boolean untilSwitched) throws SocketTimeoutException {
        StringBuilder read = new StringBuilder();
        try {
            byte[] some = new byte[4_096];
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                read.append(new String(some, 0, length, StandardCharsets.ISO_8859_1));
                if (untilSwitched && read.indexOf(" 101 ") == "HTTP/1.1".length()) {
                    break;
                }
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // reset: what came before stands
        }
        return read.toString();
    }

    /** Sends a message that is given as JSON, also a faulty one, in the subprotocol of the connection. */
    void send(String json) throws IOException {
        switch (subprotocol) {
            case JSON -> sendFrame(true, TEXT, json.getBytes(StandardCharsets.UTF_8));
            case PROTO -> sendFrame(true, BINARY, ProtoForm.of(json));
        }
    }

    void sendFrame(boolean isFinal, int opcode, byte[] payload) throws IOException {
        sendBytes(masked(isFinal, opcode, payload));
    }

    void sendBytes(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    static byte[] masked(boolean isFinal, int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) ((isFinal ? 0x80 : 0) | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        byte[] mask = {1, 2, 3, 4};
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i & 3]));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    /** @throws EOFException when the server has hung up */
    Frame read() throws IOException {
        int opcode = in.readUnsignedByte() & 15;
        long length = in.readUnsignedByte() & 127;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        return new Frame(opcode, in.readNBytes((int) length));
    }

    /** The message of the next frame as JSON; it must come in the subprotocol of the connection. */
    String readText() throws IOException {
        Frame frame = read();
        int expected = subprotocol == Subprotocol.JSON ? TEXT : BINARY;
        if (frame.opcode() != expected) {
            throw new IOException("expected opcode " + expected + ", read " + frame.opcode());
        }
        return subprotocol == Subprotocol.JSON ? frame.text() : ProtoForm.toJson(frame.payload());
    }

    /** The status of the next close frame, whatever comes before it. */
    int readClose() throws IOException {
        Frame frame = read();
        while (frame.opcode() != CLOSE) {
            frame = read();
        }
        return frame.status();
    }

    /** Whether the server hangs up, or resets, without another frame. */
    boolean isHungUp() {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Says something more, and adds what there is to hear; whether the server hung up, or resets, then or before. */
    boolean isHungUpAfter(String more, StringBuilder heard) throws IOException {
        offer(more.getBytes(StandardCharsets.US_ASCII));
        socket.setSoTimeout(1);
        try {
            int c = in.read();
            while (c >= 0) {
                heard.append((char) c);
                c = in.read();
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Sends what a server may not want to hear to its end. */
    void offer(byte[] bytes) {
        try {
            sendBytes(bytes);
        } catch (IOException e) {
            // it hung up before
        }
    }

    /** The end of all that is sent. */
    void sayNoMore() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // it hung up before
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
