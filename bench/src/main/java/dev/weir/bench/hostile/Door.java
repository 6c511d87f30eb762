package dev.weir.bench.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The port of the server that is attacked, on loopback.
 *
 * @param trusting its certificate; null when it is not encrypted
 */
public record Door(int port, @Nullable SSLContext trusting) {

    private static final int PATIENCE_MILLIS = 120_000;

    /** A socket over which nothing went yet. */
    Socket knock() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** One on which both sides agreed how it is encrypted, if it is. */
    Socket enter() throws IOException {
        Socket socket = knock();
        if (trusting == null) {
            return socket;
        }
        try {
            SSLSocket encrypted = (SSLSocket) trusting.getSocketFactory().createSocket(socket, "127.0.0.1", port, true);
            encrypted.startHandshake();
            return encrypted;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
