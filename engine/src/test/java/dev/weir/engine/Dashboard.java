package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.access.ApiKeys;
import dev.weir.engine.overload.Level;
import dev.weir.engine.overload.Overload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A server with all that an operator may want to see, and a browser that is signed in to its admin port. */
final class Dashboard implements AutoCloseable {

    static final Path SHOTS = Path.of(System.getProperty("weir.repository"), "engine/target/screenshots");
    /** How long the server runs before the picture of a busy one. */
    static final int SECONDS = Integer.getInteger("weir.dashboard.seconds", 3);

    static final String OPERATOR = ApiKeys.draw("operator", new SecureRandom());
    static final String ADMIN = ApiKeys.draw("admin", new SecureRandom());
    static final String REVIEWER = ApiKeys.draw("reviewer", new SecureRandom());

    private static final long STANDING = Duration.ofMillis(60).toNanos();
    private static final int ROWS = 40;

    final Server server;
    final Chromium browser;

    private final AtomicLong ahead;
    private final Overload overload;

    private Dashboard(Server server, Chromium browser, AtomicLong ahead, Overload overload) {
        this.server = server;
        this.browser = browser;
        this.ahead = ahead;
        this.overload = overload;
    }

    /** @param folder an empty one */
    static Dashboard open(Path binary, Path folder) throws Exception {
        Path repository = Path.of(System.getProperty("weir.repository"));
        AtomicLong ahead = new AtomicLong();
        AtomicReference<Overload> overload = new AtomicReference<>();
        Server server = Server.start(
                Engines.config("""
                        weir.ledger { url = "jdbc:sqlite:%s", audit-share = 0.15 }
                        weir.admin.sample-interval = %s
                        weir.learning.poll-interval = 1 s
                        weir.access.keys {
                            operator { hash = "%s", scopes = [stream, review, admin] }
                            admin { hash = "%s", scopes = [admin] }
                            reviewer { hash = "%s", scopes = [review] }
                        }
                        weir.overload { enabled = true, target-delay = 50 ms, interval = 1 h, recovery = 1 h }
                        weir.policy-defaults { keep-text = true, stop-thresholds {
                            by = false-stop-rate, calibration = "%s" } }
                        """.formatted(
                                folder.resolve("ledger.db"),
                                SECONDS < 30 ? "250 ms" : "1 s",
                                ApiKeys.hash(OPERATOR),
                                ApiKeys.hash(ADMIN),
                                ApiKeys.hash(REVIEWER),
                                repository.resolve("models/policies/default.json"))),
                inForce -> {
                    overload.set(new Overload(inForce, () -> System.nanoTime() + ahead.get()));
                    return overload.get();
                },
                line -> {});
        Chromium browser = Chromium.start(binary, Files.createDirectory(folder.resolve("profile")));
        Dashboard dashboard = new Dashboard(server, browser, ahead, overload.get());
        browser.size(1440, 900);
        browser.scheme("light");
        dashboard.signIn(browser, OPERATOR);
        browser.forgive(); // it was told 401 once, as it had to be
        return dashboard;
    }

    void signIn(Chromium tab, String key) {
        tab.open("http://127.0.0.1:" + server.adminPort() + "/");
        tab.await("!document.getElementById('sign-in').hidden");
        tab.evaluate("document.getElementById('key').value = '" + key + "';"
                + " document.querySelector('#sign-in-form button').click()");
        tab.await("document.getElementById('sign-in').hidden");
    }

    void go(String view) {
        browser.open("http://127.0.0.1:" + server.adminPort() + "/#" + view);
        browser.await("!document.getElementById('" + view.replaceAll("/.*", "") + "').hidden");
    }

    void shoot(String name) throws IOException {
        for (String scheme : List.of("dark", "light")) {
            browser.scheme(scheme);
            browser.screenshot(SHOTS.resolve(name + "-" + scheme + ".png"));
        }
    }

    String text(String selector) {
        return browser.evaluate("document.querySelector('" + selector + "').innerText")
                .asText();
    }

    /** Until new streams are refused. */
    void overload() {
        for (int row = 0; row < ROWS; row++) {
            overload.queue("causal").sent();
        }
        for (int interval = 0; interval < 6; interval++) {
            overload.look(STANDING);
        }
        assertThat(overload.level()).isEqualTo(Level.REFUSING);
    }

    /** Takes the overload back. */
    void calm() {
        overload.queue("causal").dropped(ROWS);
        while (overload.level() != Level.NORMAL) {
            ahead.addAndGet(Duration.ofHours(2).toNanos());
            overload.look(0);
        }
    }

    @Override
    public void close() {
        browser.close();
        server.close();
    }
}
