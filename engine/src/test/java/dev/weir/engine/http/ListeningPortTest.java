package dev.weir.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListeningPortTest {

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, ListeningPort.ioHandlers());

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private ListeningPort bind(int port) throws BindException {
        return ListeningPort.bind(loops, "127.0.0.1", port, "weir.gateway", "--port");
    }

    private void letWhatIsReadyBeSeen() {
        for (int i = 0; i < 10; i++) {
            loops.submit(() -> {}).syncUninterruptibly();
        }
    }

    @Test
    void whoConnectsTooEarlyWaitsAndIsServed() throws IOException {
        try (ListeningPort port = bind(0);
                Socket early = new Socket("127.0.0.1", port.port())) {
            early.setSoTimeout(30_000);
            letWhatIsReadyBeSeen();
            port.accept(channel -> channel.writeAndFlush(Unpooled.copiedBuffer("come in", StandardCharsets.US_ASCII))
                    .addListener(written -> channel.close()));
            assertThat(new String(early.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("come in");
        }
    }

    @Test
    void isTakenFromTheStart() throws IOException {
        try (ListeningPort port = bind(0)) {
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> bind(port.port()))
                    .withMessageContaining("127.0.0.1:" + port.port() + " is in use by another process");
        }
    }

    @Test
    void isFreeAgainWhenItIsClosedWithoutEverAccepting() throws IOException {
        ListeningPort port = bind(0);
        try (Socket early = new Socket("127.0.0.1", port.port())) {
            port.close();
            early.setSoTimeout(30_000);
            assertThat(isCutOff(early)).isTrue();
        }
        bind(port.port()).close();
    }

    private static boolean isCutOff(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }
}
