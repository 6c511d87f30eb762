package dev.weir.bench.load;

import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.MessageBuffer;
import dev.weir.protocol.ProtoCodec;
import dev.weir.protocol.ProtocolException;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One WebSocket, as little of it as a client on loopback needs: what is said gathers in one buffer, all of a round leaves
 * in one write, and nothing waits. One thread.
 */
final class WireConnection implements AutoCloseable {

    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final int CLOSE = 0x88;

    private final SocketChannel channel;
    private final Subprotocol subprotocol;
    private final int dataFrame;
    private final MessageBuffer message = new MessageBuffer();
    private ByteBuffer out = ByteBuffer.allocateDirect(1 << 16);
    private ByteBuffer in = ByteBuffer.allocateDirect(1 << 18);

    private WireConnection(SocketChannel channel, Subprotocol subprotocol) {
        this.channel = channel;
        this.subprotocol = subprotocol;
        this.dataFrame = switch (subprotocol) {
            case JSON -> TEXT;
            case PROTO -> BINARY;
        };
    }

    /** @param url with the key before the host, as in {@code ws://KEY@127.0.0.1:8080/v1/stream}, where one is asked for */
    static WireConnection open(URI url, Subprotocol subprotocol) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            shakeHands(channel, url, subprotocol);
            channel.configureBlocking(false);
            return new WireConnection(channel, subprotocol);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void shakeHands(SocketChannel channel, URI url, Subprotocol subprotocol) throws IOException {
        String where = url.getHost() + ":" + url.getPort();
        String request = "GET " + url.getPath() + " HTTP/1.1\r\nHost: " + where
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
                + "\r\nSec-WebSocket-Key: d2Vpci1iZW5jaC0wMDAwMA==\r\nSec-WebSocket-Protocol: "
                + subprotocol.wireName()
                + (url.getUserInfo() == null ? "" : "\r\nAuthorization: Bearer " + url.getUserInfo())
                + "\r\n\r\n";
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        StringBuilder answer = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (answer.indexOf("\r\n\r\n") < 0) {
            if (channel.read(one.clear()) < 0) {
                throw new EOFException(where + " closed the handshake");
            }
            answer.append((char) one.get(0));
        }
        if (!answer.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException(
                    where + " answered \"" + answer.substring(0, answer.indexOf("\r")) + "\" (expected: 101)");
        }
    }

    /** Leaves with the next {@link #flush}. */
    void say(ClientMessage said) {
        subprotocol.encode(said, message);
        begin(dataFrame, message.length());
        out.put(message.bytes(), 0, message.length());
    }

    /** A client's frame has a mask; one of zeros leaves the bytes as they are. */
    private void begin(int kind, int length) {
        reserve(length + 14);
        out.put((byte) kind);
        if (length < 126) {
            out.put((byte) (0x80 | length));
        } else if (length <= 0xFFFF) {
            out.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            out.put((byte) (0x80 | 127)).putLong(length);
        }
        out.putInt(0);
    }

    private void reserve(int bytes) {
        if (out.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(2 * out.capacity(), out.position() + bytes));
            out = larger.put(out.flip());
        }
    }

    /** Writes what the socket takes; the rest waits for the next round. */
    void flush() throws IOException {
        if (out.position() > 0) {
            out.flip();
            channel.write(out);
            out.compact();
        }
    }

    /** Hands over every message that has come. */
    void read(Consumer<ServerMessage> each) throws IOException {
        for (int read = channel.read(in); read != 0; read = channel.read(in)) {
            if (read < 0) {
                throw new EOFException("the server closed a connection");
            }
            in.flip();
            while (takeFrame(each)) {}
            in.compact();
            if (!in.hasRemaining()) {
                in = ByteBuffer.allocateDirect(2 * in.capacity()).put(in.flip());
            }
        }
    }

    private boolean takeFrame(Consumer<ServerMessage> each) throws IOException {
        int start = in.position();
        if (in.remaining() < 2) {
            return false;
        }
        int kind = in.get() & 0xFF;
        long length = in.get() & 0x7F;
        if (in.remaining() < (length == 126 ? 2 : length == 127 ? 8 : 0)) {
            in.position(start);
            return false;
        }
        length = length == 126 ? in.getShort() & 0xFFFF : length == 127 ? in.getLong() : length;
        if (in.remaining() < length) {
            in.position(start);
            return false;
        }
        byte[] payload = new byte[(int) length];
        in.get(payload);
        onFrame(kind, payload, each);
        return true;
    }

    private void onFrame(int kind, byte[] payload, Consumer<ServerMessage> each) throws IOException {
        if (kind == dataFrame) {
            each.accept(decode(payload));
        } else if (kind == PING) {
            begin(PONG, payload.length);
            out.put(payload);
        } else if (kind == CLOSE) {
            throw new EOFException("the server closed a connection with " + closeCode(payload));
        } else {
            throw new IOException("a frame that begins with %#x (expected: %#x, which is %s, a ping or a close)"
                    .formatted(kind, dataFrame, subprotocol.wireName()));
        }
    }

    private ServerMessage decode(byte[] payload) throws IOException {
        try {
            return switch (subprotocol) {
                case JSON -> JsonCodec.decodeServer(new String(payload, StandardCharsets.UTF_8));
                case PROTO -> ProtoCodec.decodeServer(payload);
            };
        } catch (ProtocolException e) {
            throw new IOException("the server sent " + e.getMessage(), e);
        }
    }

    private static int closeCode(byte[] payload) {
        return payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    }

    @Override
    public void close() throws IOException {
        begin(CLOSE, 2);
        out.putShort((short) 1000);
        flush();
        channel.close();
    }
}
