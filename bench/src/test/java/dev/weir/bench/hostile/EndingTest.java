package dev.weir.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndingTest {

    private static final String SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";

    @Test
    void readsTheStatusOfAnAnswer() {
        assertThat(Ending.of("HTTP/1.1 431 Request Header Fields Too Large\r\n\r\n{}"))
                .isEqualTo("431");
    }

    @Test
    void readsTheCodeOfACloseFrameBehindOtherFrames() {
        assertThat(Ending.of(SWITCHED + "\u0089\0\u0081\u0002{}\u0088\u0002\u0011\u0031"))
                .isEqualTo("closed with 4401");
    }

    @Test
    void saysWhenThereWasNoAnswerAndWhenNoCode() {
        assertThat(Ending.of("")).isEqualTo("hung up on");
        assertThat(Ending.of(SWITCHED)).isEqualTo("reset as a WebSocket");
    }
}
