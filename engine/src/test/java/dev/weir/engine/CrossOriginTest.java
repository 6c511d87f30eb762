package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weir.engine.access.ApiKeys;
import dev.weir.engine.relay.Chunks;
import dev.weir.engine.relay.FakeUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What pages of other sites get in a real browser; skipped where there is no Chromium. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrossOriginTest {

    private static final String KEY = ApiKeys.draw("page", new SecureRandom());
    private static final String BENIGN = "Water boils at 100 degrees.";

    private HttpServer pages;
    private FakeUpstream upstream;
    private Server server;
    private Chromium browser;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Optional<Path> binary = Chromium.find();
        assumeTrue(binary.isPresent(), "no Chromium here (looked in /usr/bin): pages of other sites are not tested");
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            byte[] page = "<!doctype html><title>page</title>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        pages.start();
        upstream = new FakeUpstream();
        server = Server.start(Engines.config("""
                        weir.models.experts = [lexicon, ngram, prompts, causal]
                        weir.relay.upstream = "%s"
                        weir.access { origins = ["%s"], keys.page { hash = "%s" } }
                        """.formatted(upstream.url(), allowed(), ApiKeys.hash(KEY))), line -> {});
        browser = Chromium.start(binary.get(), Files.createDirectory(folder.resolve("profile")));
    }

    @AfterAll
    void stop() throws IOException {
        if (browser != null) {
            browser.close();
            server.close();
            upstream.close();
            pages.stop(0);
        }
    }

    private String allowed() {
        return "http://127.0.0.1:" + pages.getAddress().getPort();
    }

    /** The same machine under another name is another site. */
    private String foreign() {
        return "http://localhost:" + pages.getAddress().getPort();
    }

    private String fetch(String origin, String key, int port, String path, String body) {
        browser.open(origin + "/");
        browser.await("document.title === 'page'");
        return browser.evaluate("""
                        fetch('http://127.0.0.1:%d%s', {method: 'POST', body: '%s', headers: {
                            'Content-Type': 'application/json', 'Authorization': 'Bearer %s', 'X-Stainless-Lang': 'js'}})
                        .then(async answer => answer.status + ' ' + answer.headers.get('x-request-id') + ' '
                            + await answer.text(), failure => 'failed: ' + failure.message)
                        """.formatted(port, path, body, key)).asText();
    }

    @Test
    void aPageOfAnAllowedOriginHasItsTextModerated() {
        assertThat(fetch(allowed(), KEY, server.port(), "/v1/moderations", "{\"input\":\"Water boils.\"}"))
                .startsWith("200 ")
                .contains("\"flagged\":false");
    }

    @Test
    void aPageOfAnAllowedOriginStreamsAChatAndReadsItsId() {
        upstream.next(call -> {
            call.begin().event(Chunks.role(0));
            for (String word : Chunks.words(BENIGN)) {
                call.content(word);
            }
            call.event(Chunks.finish(0, "stop")).done();
        });
        assertThat(fetch(
                        allowed(),
                        KEY,
                        server.port(),
                        "/v1/chat/completions",
                        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"When?\"}]}"))
                .startsWith("200 ")
                .doesNotStartWith("200 null")
                .contains("Water", "[DONE]");
    }

    @Test
    void aPageOfAnAllowedOriginReadsWhyItWasRefused() {
        assertThat(fetch(allowed(), "guess", server.port(), "/v1/moderations", "{\"input\":\"x\"}"))
                .startsWith("401 ")
                .contains("\"code\":\"unauthorized\"");
    }

    @Test
    void aPageOfAnotherOriginIsLetNowhereWhateverKeyItHas() {
        assertThat(fetch(foreign(), KEY, server.port(), "/v1/moderations", "{\"input\":\"x\"}"))
                .startsWith("failed: ");
        assertThat(fetch(allowed(), KEY, server.adminPort(), "/v1/weights/freeze", "{\"frozen\":true}"))
                .as("nor one that clients may use to the operators' port")
                .startsWith("failed: ");
    }
}
