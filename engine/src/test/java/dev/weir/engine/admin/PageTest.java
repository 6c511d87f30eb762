package dev.weir.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.weir.engine.Chromium;
import dev.weir.engine.access.Access;
import dev.weir.engine.access.AccessSettings;
import dev.weir.engine.access.ApiKeys;
import dev.weir.engine.live.LiveStream;
import dev.weir.models.Category;
import dev.weir.protocol.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in a real browser where things are not as one would like them; skipped where there is no Chromium. */
class PageTest {

    private static final String OFTEN = "sample-interval = 100 ms";

    private static Chromium first;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Chromium tab;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        Optional<Path> binary = Chromium.find();
        assumeTrue(binary.isPresent(), "no Chromium here (looked in /usr/bin): the dashboard is not tested");
        first = Chromium.start(binary.get(), Files.createDirectory(folder.resolve("profile")));
    }

    @AfterAll
    static void stop() {
        if (first != null) {
            first.close();
        }
    }

    @BeforeEach
    void openTab() throws Exception {
        tab = tab();
    }

    private Chromium tab() throws IOException, InterruptedException {
        Chromium tab = first.another();
        open.addFirst(tab);
        tab.size(1440, 900);
        return tab;
    }

    private AdminPort port(Access access, String... settings) throws IOException {
        AdminPort port = new AdminPort(access, settings);
        open.addLast(port);
        return port;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static void go(Chromium tab, AdminPort port) {
        tab.open("http://127.0.0.1:" + port.port() + "/");
    }

    private static String text(Chromium tab, String selector) {
        return tab.evaluate("document.querySelector('" + selector + "').innerText")
                .asText();
    }

    private static LiveStream stream(AdminPort port, String name, double risk) {
        LiveStream stream = port.live.open(
                new LiveStream.About("default", "uid of " + name, name, "content", "default@1", Mode.GATE, 0));
        stream.scored(1, risk, risk, Category.HATE);
        return stream;
    }

    @Test
    void aNameIsTextWhateverIsInIt() throws Exception {
        AdminPort port = port(Access.forAnybody(), OFTEN);
        stream(port, "<script>window.owned = 1</script><img src=x onerror='window.owned = 1'>", 0.9);
        stream(port, "invoice\u202Efdp.exe\u0007\u200B", 0.8);
        stream(port, "long".repeat(5_000), 0.7);
        go(tab, port);
        tab.await("document.querySelectorAll('#streams tbody tr').length === 3");
        JsonNode names =
                tab.evaluate("[...document.querySelectorAll('#streams tbody th')].map(one => one.textContent)");
        assertThat(names.get(0).asText()).startsWith("<script>window.owned = 1</script><img src=x");
        assertThat(names.get(1).asText()).isEqualTo("invoice\\u202efdp.exe\\u0007\\u200b");
        assertThat(names.get(2).asText()).hasSizeLessThan(200).endsWith("…");
        assertThat(tab.evaluate("window.owned ?? 'not'").asText()).isEqualTo("not");
        assertThat(tab.evaluate("document.querySelectorAll('#streams img, #streams script').length")
                        .asInt())
                .isZero();
        assertThat(tab.evaluate("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(1440);
        assertThat(tab.evaluate("document.querySelector('#streams tbody tr:nth-child(3)').offsetHeight")
                        .asInt())
                .as("on one line")
                .isLessThan(40);
    }

    @Test
    void ofManyStreamsTheRiskiestAreShownAndTheRestCounted() throws Exception {
        AdminPort port = port(Access.forAnybody(), OFTEN);
        port.registry.gauge("weir.streams.open", port, any -> 500);
        for (int i = 0; i < 500; i++) {
            stream(port, "s-" + i, i / 1000.0);
        }
        go(tab, port);
        tab.await("document.querySelectorAll('#streams tbody tr').length > 0");
        assertThat(text(tab, "#streams-note")).isEqualTo("the 18 riskiest and newest of 500");
        JsonNode names =
                tab.evaluate("[...document.querySelectorAll('#streams tbody th')].map(one => one.textContent)");
        assertThat(names.get(0).asText()).isEqualTo("s-499");
        assertThat(names.get(1).asText()).isEqualTo("s-498");
        assertThat(names).hasSize(18);
        assertThat(text(tab, "#tiles .tile dd")).isEqualTo("500");
    }

    @Test
    void aServerThatIsGoneIsSaidSinceWhenAndThePageGoesOnWhenItIsBack() throws Exception {
        AdminPort port = port(Access.forAnybody(), OFTEN);
        go(tab, port);
        tab.await("document.getElementById('state').dataset.kind === 'good'");
        assertThat(tab.evaluate("document.getElementById('banner').hidden").asBoolean())
                .isTrue();
        int number = port.port();
        open.remove(port);
        port.close();
        tab.await("document.getElementById('state').dataset.kind === 'lost'");
        assertThat(text(tab, "#state")).containsPattern("no connection to the server since \\d\\d:\\d\\d:\\d\\d");
        assertThat(text(tab, "#banner"))
                .containsPattern("What you see is from \\d\\d:\\d\\d:\\d\\d; the page tries again by itself");
        assertThat(tab.evaluate("document.getElementById('banner').hidden").asBoolean())
                .as("what is hidden has a text too")
                .isFalse();
        assertThat(tab.evaluate("document.title").asText()).startsWith("no connection to the server");
        AdminPort again = port(Access.forAnybody(), OFTEN, "port = " + number);
        assertThat(again.port()).isEqualTo(number);
        stream(again, "after", 0.5);
        tab.await("document.getElementById('state').dataset.kind === 'good'");
        tab.await("document.getElementById('streams').innerText.includes('after')");
        assertThat(tab.evaluate("document.getElementById('banner').hidden").asBoolean())
                .isTrue();
        assertThat(tab.evaluate("document.title").asText()).isEqualTo("Weir – live");
    }

    @Test
    void everyTabIsFollowedForItself() throws Exception {
        AdminPort port = port(Access.forAnybody(), OFTEN);
        stream(port, "before", 0.5);
        Chromium other = tab();
        go(tab, port);
        go(other, port);
        tab.await("document.getElementById('streams').innerText.includes('before')");
        other.await("document.getElementById('streams').innerText.includes('before')");
        tab.press("p");
        tab.await("document.getElementById('pause').getAttribute('aria-pressed') === 'true'");
        stream(port, "later", 0.6);
        other.await("document.getElementById('streams').innerText.includes('later')");
        assertThat(text(tab, "#streams")).doesNotContain("later");
        tab.press("p");
        tab.await("document.getElementById('streams').innerText.includes('later')");
    }

    @Test
    void aWayInThatIsNotProtectedIsSaidWhereverOneLooks() throws Exception {
        AtomicReference<Double> unprotected = new AtomicReference<>(Double.NaN);
        AdminPort port = port(Access.forAnybody(), OFTEN);
        port.registry.gauge("weir.unprotected.routes", unprotected, AtomicReference::get);
        go(tab, port);
        tab.await("document.getElementById('tiles').innerText.includes('not examined')");
        unprotected.set(0.0);
        tab.await("document.getElementById('tiles').innerText.includes('canaries were caught on each')");
        assertThat(text(tab, "#state")).isEqualTo("everything is scored");
        unprotected.set(2.0);
        tab.await("document.getElementById('tiles').innerText.includes('2 open')");
        tab.await("document.getElementById('state').dataset.kind === 'bad'");
        assertThat(text(tab, "#state")).contains("2 unprotected ways in since");
        assertThat(tab.evaluate("document.title").asText()).startsWith("2 unprotected ways in");
    }

    /** The line at the top, of samples that a test can hardly bring a server to send. */
    @Test
    void whatIsWrongIsSaidTheWorstFirstAndForLongEnoughToBeRead() throws Exception {
        AdminPort port = port(Access.forAnybody(), OFTEN);
        go(tab, port);
        tab.await("!document.getElementById('live').hidden");
        JsonNode said = tab.evaluate("""
                import('/assets/health.js').then(({ look }) => [
                  [1000, { level: 1 }],
                  [2000, { level: 1, experts: [{ name: 'causal', state: 'broken' }] }],
                  [3000, { unscored: 0.2, experts: [{ name: 'minilm', state: 'asleep' }] }],
                  [9000, { dropped: 4 }],
                  [15000, {}],
                ].map(([at, numbers]) => look({ at, level: 0, experts: [], unprotected: 0, unscored: 0, dropped: 0, ...numbers })))
                """);
        List<String> lines = new ArrayList<>();
        said.forEach(one -> lines.add(one.path("kind").asText() + ", "
                + one.path("since").asLong() + ": " + one.path("text").asText()));
        assertThat(lines)
                .containsExactly(
                        "fair, 1000: overload: coarser",
                        "bad, 2000: expert causal is broken; overload: coarser",
                        "bad, 2000: expert causal is broken; text goes unscored; expert minilm is asleep",
                        "bad, 9000: the ledger loses entries",
                        "good, 0: everything is scored");
    }

    private static Access locked(String... scopesAndKeys) {
        StringBuilder keys = new StringBuilder("access.keys {\n");
        for (int i = 0; i < scopesAndKeys.length; i += 2) {
            keys.append("k%d { hash = \"%s\", scopes = [%s] }%n"
                    .formatted(i, ApiKeys.hash(scopesAndKeys[i + 1]), scopesAndKeys[i]));
        }
        List<String> problems = new ArrayList<>();
        AccessSettings settings = AccessSettings.from(
                ConfigFactory.parseString(keys + "}")
                        .withFallback(ConfigFactory.defaultReference().getConfig("weir")),
                Set.of("default"),
                problems);
        assertThat(problems).isEmpty();
        return Access.open(settings, Clock.systemUTC(), System::nanoTime);
    }

    private static String key(int number) {
        return ApiKeys.draw("k" + number, new SecureRandom());
    }

    private static void enter(Chromium tab, String key) {
        tab.evaluate("document.getElementById('key').value = '" + key + "';"
                + " document.querySelector('#sign-in-form button').click()");
    }

    @Test
    void aStrangerIsAskedForAKeyWhichOnlyThisTabKnowsUntilHeSignsOut() throws Exception {
        String operator = key(0);
        String streams = key(2);
        AdminPort port = port(locked("\"admin\", \"review\"", operator, "stream", streams), OFTEN);
        stream(port, "secret-name", 0.5);
        go(tab, port);
        tab.await("!document.getElementById('sign-in').hidden");
        assertThat(
                        tab.evaluate(
                                "[...document.querySelectorAll('main > section')].filter(one => !one.hidden).map(one => one.id)"))
                .extracting(JsonNode::asText)
                .containsExactly("sign-in");
        assertThat(tab.evaluate("document.activeElement.id").asText()).isEqualTo("key");
        assertThat(tab.evaluate("document.title").asText()).isEqualTo("Weir – sign in");
        assertThat(tab.barriers()).isEmpty();

        enter(tab, key(0));
        tab.await("document.getElementById('sign-in-refusal').innerText.includes('the key is not known')");
        enter(tab, "schlüssel");
        tab.await("document.getElementById('sign-in-refusal').innerText.includes('without spaces')");
        enter(tab, streams);
        tab.await("document.getElementById('sign-in-refusal').innerText.includes('lacks the scope')");
        assertThat(tab.evaluate("sessionStorage.length").asInt())
                .as("what was refused is not kept")
                .isZero();

        enter(tab, operator);
        tab.await("document.getElementById('streams').innerText.includes('secret-name')");
        assertThat(text(tab, "#who")).contains("k0 of default", "Sign out");
        assertThat(tab.evaluate("document.body.outerHTML").asText()).doesNotContain(operator);
        assertThat(tab.evaluate("localStorage.length + document.cookie.length").asInt())
                .isZero();
        tab.evaluate("window.before = true; location.reload()");
        tab.await(
                "window.before === undefined && document.getElementById('streams').innerText.includes('secret-name')");

        Chromium other = tab();
        go(other, port);
        other.await("!document.getElementById('sign-in').hidden");

        tab.evaluate("document.getElementById('sign-out').click()");
        tab.await("!document.getElementById('sign-in').hidden");
        assertThat(tab.evaluate("sessionStorage.length").asInt()).isZero();
        assertThat(tab.evaluate("document.body.innerText").asText()).doesNotContain("secret-name");
        assertThat(port.send("GET", "/admin/events").statusCode()).isEqualTo(401);
    }

    /** Told of passwords, a browser would ask for one itself, in every tab, and never forget it. */
    @Test
    void onlyOthersThanThePageAreToldOfPasswords() throws Exception {
        AdminPort port = port(locked("\"admin\"", key(0)));
        assertThat(port.send(port.request("/admin/me").header("Weir-Request", "dashboard"))
                        .headers()
                        .firstValue("WWW-Authenticate"))
                .hasValue("Bearer realm=\"weir\"");
        assertThat(port.send("GET", "/admin/me").headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(asked -> assertThat(asked).contains("Basic"));
        assertThat(port.send("GET", "/").statusCode()).as("the page itself").isEqualTo(200);
    }
}
