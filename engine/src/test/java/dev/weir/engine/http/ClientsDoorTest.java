package dev.weir.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.access.Access;
import dev.weir.engine.access.Accesses;
import dev.weir.engine.access.Admission;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;

class ClientsDoorTest {

    private static final String CHAT = "https://chat.example.org";

    private final Access access = Accesses.of("access.origins = [\"" + CHAT + "\"]");
    private final Door door = Door.ofClients(access);

    private static HttpHeaders headers(String... pairs) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    private HttpHeaders marked(HttpHeaders asked, String... answer) {
        HttpHeaders headers = headers(answer);
        door.mark(asked, headers);
        return headers;
    }

    @Test
    void letsNobodyInWhereARouteForgotToSayWhom() {
        assertThat(door.admit(new EmbeddedChannel(), headers(), Route.open("/v1/anything")))
                .isInstanceOf(Admission.Refused.class);
    }

    @Test
    void tellsABrowserThatAnAllowedPageMaySeeTheAnswer() {
        HttpHeaders asked = headers("Origin", CHAT, "Host", "weir.example.org");
        assertThat(door.bars(asked)).isEmpty();
        assertThat(marked(asked).get("Access-Control-Allow-Origin")).isEqualTo(CHAT);
        assertThat(marked(asked).get("Vary")).isEqualTo("origin");
        assertThat(marked(asked).contains("Access-Control-Allow-Credentials"))
                .as("cookies and certificates stay where they are")
                .isFalse();
    }

    @Test
    void tellsABrowserThatAsksBeforehandWhatAnAllowedPageMaySend() {
        HttpHeaders asked = headers(
                "Origin",
                CHAT,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,content-type,x-stainless-os");
        HttpHeaders marked = marked(asked, "Allow", "POST");
        assertThat(marked.get("Access-Control-Allow-Methods")).isEqualTo("POST");
        assertThat(marked.get("Access-Control-Allow-Headers")).isEqualTo("authorization,content-type,x-stainless-os");
    }

    @Test
    void tellsABrowserNothingForAPageThatIsNotAllowed() {
        HttpHeaders asked = headers("Origin", "https://evil.example", "Access-Control-Request-Method", "POST");
        assertThat(door.bars(asked))
                .hasValueSatisfying(why -> assertThat(why.message()).contains("expected: one of weir.access.origins"));
        assertThat(marked(asked, "Allow", "POST").names()).noneMatch(name -> name.startsWith("access-control-"));
    }

    @Test
    void tellsWhatIsNoBrowserNothingOfPages() {
        assertThat(marked(headers("Host", "weir.example.org"))).isEmpty();
    }
}
