package dev.weir.bench.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Lets a client that speaks no TLS talk to a door that does: what it says is encrypted here. */
public final class Tunnel implements AutoCloseable {

    private final Door door;
    private final ServerSocket entry;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

    private Tunnel(Door door, ServerSocket entry) {
        this.door = door;
        this.entry = entry;
    }

    public static Tunnel to(Door door) throws IOException {
        Tunnel tunnel = new Tunnel(door, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("tunnel").start(tunnel::take);
        return tunnel;
    }

    public int port() {
        return entry.getLocalPort();
    }

    private void take() {
        try {
            while (!entry.isClosed()) {
                Socket client = entry.accept();
                client.setTcpNoDelay(true);
                open.add(client);
                Socket server = door.enter();
                server.setSoTimeout(0);
                open.add(server);
                Thread.ofVirtual().start(() -> pass(client, server));
                Thread.ofVirtual().start(() -> pass(server, client));
            }
        } catch (IOException e) {
            close();
        }
    }

    private static void pass(Socket from, Socket to) {
        byte[] some = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                out.write(some, 0, length);
            }
        } catch (IOException e) {
            // one side hung up: the other is hung up on
        }
    }

    @Override
    public void close() {
        try {
            entry.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
