package dev.weir.engine.admin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnPagesTest {

    private final OwnPages ownPages = new OwnPages(Set.of("weir.example"));

    private static HttpHeaders headers(String... pairs) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9090",
                "localhost",
                "LOCALHOST:9090",
                "[::1]:9090",
                "[::1]",
                "10.1.2.3",
                "Weir.Example"
            })
    void takesAddressesAndTheNamesThatWereSet(String host) {
        assertThatCode(() -> ownPages.requireKnownHost(headers("Host", host))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:9090",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "",
                "weir.example.",
                "x]:1"
            })
    void takesNoNameThatAStrangerCouldLeadHere(String host) {
        assertThatThrownBy(() -> ownPages.requireKnownHost(headers("Host", host)))
                .hasMessageStartingWith("Host: another");
    }

    @Test
    void letsAProgramChangeThings() {
        assertThatCode(() -> ownPages.requireOwnPage(headers("Host", "anything:9090")))
                .doesNotThrowAnyException();
    }

    @Test
    void letsItsOwnPageChangeThings() {
        assertThatCode(() -> ownPages.requireOwnPage(
                        headers("Host", "127.0.0.1:9090", "Origin", "http://127.0.0.1:9090", OwnPages.OWN, "1")))
                .doesNotThrowAnyException();
    }

    @Test
    void letsNoOtherPageChangeThings() {
        assertThatThrownBy(() -> ownPages.requireOwnPage(
                        headers("Host", "127.0.0.1:9090", "Origin", "http://evil.example", OwnPages.OWN, "1")))
                .hasMessageStartingWith("Origin: another page");
        assertThatThrownBy(() ->
                        ownPages.requireOwnPage(headers("Host", "127.0.0.1:9090", "Origin", "null", OwnPages.OWN, "1")))
                .hasMessageStartingWith("Origin: another page");
        assertThatThrownBy(() -> ownPages.requireOwnPage(
                        headers("Host", "evil.example:9090", "Origin", "http://evil.example:9090", OwnPages.OWN, "1")))
                .as("a stranger's name that leads here")
                .hasMessageStartingWith("Host: another");
        assertThatThrownBy(() ->
                        ownPages.requireOwnPage(headers("Host", "127.0.0.1:9090", "Origin", "http://127.0.0.1:9090")))
                .as("a form")
                .hasMessageStartingWith("Origin: another page");
    }
}
