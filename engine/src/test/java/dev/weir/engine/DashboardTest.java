package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.Review;
import dev.weir.engine.ledger.Tenant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard in a real browser, before a live server with streams running; skipped where there is no Chromium. Leaves
 * pictures in {@code target/screenshots}. What an operator reads off each within ten seconds:
 *
 * <ul>
 *   <li>empty: the server is up and scores everything; nothing came yet, and what to do about that
 *   <li>busy: how much is going on and how fast, which streams are risky now, what was stopped lately and whether readers
 *       saw any of it, that every expert works, and how many decisions wait for a reviewer
 *   <li>overload: that new streams are refused since when, and which expert's queue is the reason
 *   <li>review: what was stopped, why, where in the text the harm began, what the reader saw of it, and who voted for it
 *   <li>policies: what each category does at which risk, whether its budget is proved, and what another would do
 *   <li>weights: how far each expert is trusted, since when, and how to take it back
 * </ul>
 *
 * The tests go through one server's life, in order; the system property {@code weir.dashboard.seconds} lets it run for so
 * long before the busy picture is taken.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardTest {

    private Dashboard dashboard;
    private Server server;
    private Chromium browser;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Optional<Path> binary = Chromium.find();
        assumeTrue(binary.isPresent(), "no Chromium here (looked in /usr/bin): the dashboard is not tested");
        dashboard = Dashboard.open(binary.get(), folder);
        server = dashboard.server;
        browser = dashboard.browser;
    }

    @AfterAll
    void stop() {
        if (dashboard != null) {
            dashboard.close();
        }
    }

    @AfterEach
    void nothingWasComplainedOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @Order(1)
    void anEmptyServerSaysWhatToDo() throws Exception {
        dashboard.go("live");
        browser.await("document.getElementById('state').dataset.kind === 'good'");
        browser.await("document.querySelectorAll('#experts tbody tr').length >= 3");
        assertThat(dashboard.text("#state")).contains("everything is scored");
        assertThat(dashboard.text("#no-streams")).startsWith("No stream is open. Connect a client");
        assertThat(dashboard.text("#no-stops")).contains("Nothing was stopped");
        assertThat(dashboard.text("#tiles"))
                .contains("every position is scored", "not examined", "nothing decided just now");
        assertThat(browser.evaluate("document.title").asText()).isEqualTo("Weir – live");
        dashboard.shoot("empty");
        dashboard.go("review");
        browser.await("!document.getElementById('no-queue').hidden");
        assertThat(dashboard.text("#no-queue")).startsWith("Nothing waits.");
    }

    @Test
    @Order(2)
    void aBusyServerShowsItsStreamsAndWhatItStopped() throws Exception {
        dashboard.go("live");
        Traffic traffic = new Traffic(server.port(), 24, Dashboard.OPERATOR);
        try {
            browser.await("document.querySelectorAll('#streams tbody tr').length >= 16");
            browser.await("document.querySelectorAll('#stops li').length >= 3");
            browser.await("/[1-9]/.test(document.querySelectorAll('.tile dd')[4].innerText)");
            browser.await("document.querySelectorAll('.spark polyline').length > 0");
            browser.watch(Dashboard.SECONDS);
            dashboard.shoot("busy");
            assertThat(browser.evaluate("Number(document.querySelector('.tile dd').innerText)")
                            .asInt())
                    .as("and some that end while others begin")
                    .isBetween(12, 40);
            assertThat(dashboard.text("#experts")).contains("causal", "minilm", "awake", "cpu");
            assertThat(dashboard.text("#figures")).contains("tokens/s", "p99", "rows a run");
            assertThat(browser.evaluate("document.querySelector('#figures canvas').getAttribute('aria-label')")
                            .asText())
                    .as("what a chart shows, in words")
                    .startsWith("Tokens decided, tokens/s, the last minutes; now ");
            assertThat(browser.evaluate("document.body.innerText").asText())
                    .as("no text under moderation")
                    .doesNotContain("naloxone");
        } finally {
            traffic.close();
        }
    }

    @Test
    @Order(3)
    void bothColourSchemesAreItsOwn() {
        dashboard.go("live");
        browser.scheme("dark");
        String dark = ground();
        browser.scheme("light");
        assertThat(ground()).isNotEqualTo(dark);
    }

    private String ground() {
        return browser.evaluate("getComputedStyle(document.body).backgroundColor")
                .asText();
    }

    @Test
    @Order(4)
    void overloadIsSaidWhereverOneLooks() throws Exception {
        dashboard.go("live");
        Traffic traffic = new Traffic(server.port(), 24, Dashboard.OPERATOR);
        try {
            browser.await("document.querySelectorAll('#streams tbody tr').length >= 16");
            dashboard.overload();
            browser.await("document.getElementById('state').dataset.kind === 'bad'");
            browser.await("document.querySelector('.tile[data-kind=bad]').innerText.includes('refusing')");
            browser.await("document.getElementById('announce').innerText.includes('refused')");
            browser.await("/refused since \\d/.test(document.getElementById('state').innerText)");
            browser.await("document.querySelector('.tile[data-kind=bad]').innerText.includes('since')");
            browser.await("document.title.startsWith('overload: new streams are refused')");
            browser.await("document.querySelector('#experts .badge.asleep') !== null");
            browser.await("document.getElementById('state').innerText.includes('expert minilm is asleep')");
            browser.await(
                    "document.getElementById('experts-note').innerText.includes('overload keeps it from new text')");
            browser.watch(2);
            dashboard.shoot("overload");
        } finally {
            traffic.close();
            dashboard.calm();
        }
        browser.await("document.getElementById('state').dataset.kind === 'good'");
    }

    @Test
    @Order(5)
    void aStopIsReviewedWithTheKeyboard() throws Exception {
        dashboard.go("live");
        browser.press("2");
        browser.await("document.querySelectorAll('#queue li').length > 3");
        browser.await("document.querySelector('#case h2') !== null");
        browser.evaluate(
                "document.querySelectorAll('#queue li').forEach(item => {"
                        + " if (!window.stop1 && item.innerText.startsWith('stopped')) { window.stop1 = item.id; item.click(); } })");
        browser.await("document.querySelector('#case h2').innerText.includes('Stopped for')");
        browser.await(
                "document.querySelector('#case canvas') !== null && document.querySelector('#case mark') !== null");
        dashboard.shoot("review");
        String receipt = browser.evaluate("window.stop1.slice(2)").asText();
        browser.press("r");
        browser.await("document.getElementById(window.stop1)?.innerText.includes('right stop')");
        browser.await("!document.querySelector('#queue [aria-selected=true]').id.endsWith('" + receipt + "')");
        browser.press("u");
        browser.await("document.querySelector('#queue [aria-selected=true]').id === window.stop1");
        browser.await("document.querySelector('#case .chosen') !== null");
        browser.press("w");
        browser.await("document.getElementById(window.stop1)?.innerText.includes('wrong stop')");
        try (LedgerReader ledger = server.engine().ledger().reader()) {
            assertThat(ledger.reviewsOf(Tenant.DEFAULT, receipt))
                    .as("the first answer stays; the last one counts")
                    .extracting(Review::verdict)
                    .containsExactly("right_stop", "wrong_stop");
        }
    }

    @Test
    @Order(6)
    void aLinkLeadsFromAStopToItsReceipt() {
        dashboard.go("live");
        browser.await("document.querySelector('#stops a') !== null");
        String receipt = browser.evaluate("document.querySelectorAll('#stops a')[1].hash.split('/')[1]")
                .asText();
        browser.evaluate("document.querySelectorAll('#stops a')[1].click()");
        browser.await("document.querySelector('#case')?.innerText.includes('" + receipt + "')");
    }

    @Test
    @Order(6)
    void theLatestStopsAreThoseOfTheLedger() throws Exception {
        dashboard.go("live");
        browser.await("document.querySelectorAll('#stops a').length > 3");
        JsonNode shown = browser.evaluate(
                "[...document.querySelectorAll('#stops li')].map(item =>"
                        + " [item.querySelector('a').hash.split('/')[1], ...[...item.children].map(part => part.innerText.trim())])");
        try (LedgerReader ledger = server.engine().ledger().reader()) {
            for (JsonNode stop : shown) {
                Receipt receipt =
                        ledger.receipt(Tenant.DEFAULT, stop.get(0).asText()).orElseThrow();
                assertThat(receipt.kind()).isEqualTo("stop");
                assertThat(stop.get(1).asText())
                        .isEqualTo(
                                "other".equals(receipt.category())
                                        ? "harm of any kind"
                                        : receipt.category().replace('_', ' '));
                assertThat(stop.get(2).asText()).isEqualTo(receipt.stream());
                assertThat(stop.get(3).asText()).isEqualTo(String.format(Locale.ROOT, "risk %.2f", receipt.risk()));
                assertThat(stop.get(4).asText())
                        .isEqualTo(receipt.exposure() == 0 ? "none seen" : receipt.exposure() + " chars seen");
            }
        }
    }

    /** Who may change the server is not thereby one who may read what was written to it. */
    @Test
    @Order(6)
    void textIsForReviewersAlone() throws Exception {
        String receipt;
        try (LedgerReader ledger = server.engine().ledger().reader()) {
            dashboard.go("live");
            browser.await("document.querySelector('#stops a') !== null");
            receipt = browser.evaluate("document.querySelector('#stops a').hash.split('/')[1]")
                    .asText();
            assertThat(ledger.text(ledger.receipt(Tenant.DEFAULT, receipt)
                            .orElseThrow()
                            .streamUid()))
                    .isPresent();
        }
        try (Chromium tab = browser.another()) {
            dashboard.signIn(tab, Dashboard.ADMIN);
            tab.evaluate("location.hash = '#review/" + receipt + "'");
            tab.await("document.getElementById('case').innerText.includes('" + receipt + "')");
            assertThat(tab.evaluate("document.getElementById('case').innerText").asText())
                    .contains(
                            "Its text is kept, for whoever has the scope review.", "to answer takes the scope review");
            assertThat(tab.evaluate("document.querySelectorAll('#case .text, #case .answer').length")
                            .asInt())
                    .isZero();
        }
        try (Chromium tab = browser.another()) {
            dashboard.signIn(tab, Dashboard.REVIEWER);
            tab.await("location.hash === '' && !document.getElementById('review').hidden");
            tab.evaluate("location.hash = '#review/" + receipt + "'");
            tab.await("document.querySelector('#case .text mark') !== null");
            tab.evaluate("location.hash = '#live'");
            tab.await("document.getElementById('live').innerText.includes('shown with the scope admin')");
            tab.evaluate("location.hash = '#weights'");
            tab.await("document.getElementById('weights').innerText.includes('lacks the scope admin')");
        }
    }

    @Test
    @Order(7)
    void aReplayShowsWhatAnotherBudgetWouldHaveDone() throws Exception {
        dashboard.go("policies");
        browser.await("document.querySelectorAll('#policies .card').length >= 3");
        browser.evaluate(
                "document.getElementById('under').value = '0.05'; document.querySelector('#policies form button').click()");
        browser.await("document.getElementById('replayed').innerText.includes('replayed')");
        browser.await("document.getElementById('cancel').hidden");
        assertThat(dashboard.text("#replayed")).contains("a budget of 5 %", "Would be stopped, and was not", "before");
        JsonNode summary = browser.evaluate("import('/assets/api.js').then(api => api.get('/admin/replay'))")
                .path("summary");
        assertThat(summary.path("stopsNow").asInt()).isPositive();
        assertThat(fact("Would be stopped, and was not"))
                .isEqualTo(summary.path("stopsNow").asText());
        assertThat(fact("Would pass, and was stopped"))
                .startsWith(summary.path("stopsNoMore").asText());
        assertThat(fact("Stopped earlier")).startsWith(summary.path("earlier").asText() + " ");
        assertThat(fact("Stopped later")).startsWith(summary.path("later").asText());
        JsonNode rows = browser.evaluate("[...document.querySelectorAll('#replayed tbody tr')].map(row =>"
                + " [...row.children].map(cell => cell.innerText))");
        List<String> expected = new ArrayList<>();
        summary.path("byCategory")
                .forEach(stops -> expected.add(Stream.of("before", "after", "stopsNow", "stopsNoMore")
                        .map(name -> stops.path(name).asText())
                        .collect(Collectors.joining(" "))));
        List<String> table = new ArrayList<>();
        rows.forEach(row -> table.add(row.get(1).asText() + " " + row.get(2).asText() + " "
                + row.get(3).asText() + " " + row.get(4).asText()));
        assertThat(table).containsExactlyElementsOf(expected);
        assertThat(dashboard.text("#policies")).contains("at most 1 % of clean replies", "from 1024");
        dashboard.shoot("policies");
    }

    private String fact(String name) {
        return browser.evaluate("[...document.querySelectorAll('#replayed .facts div')].find(one =>"
                        + " one.querySelector('dt').innerText === '" + name + "').querySelector('dd').innerText")
                .asText();
    }

    @Test
    @Order(8)
    void learningIsFrozenWithAClickAndAnAnswer() throws Exception {
        dashboard.go("weights");
        browser.await("document.querySelectorAll('#weights .card').length === 4");
        assertThat(dashboard.text("#weights")).contains("Version 1", "configured", "in force");
        dashboard.shoot("weights");
        browser.evaluate(
                "[...document.querySelectorAll('#weights button')].find(one => one.innerText === 'Freeze').click()");
        browser.await("document.getElementById('ask').open");
        browser.evaluate("document.querySelector('#ask button.primary').click()");
        browser.await("document.getElementById('weights').innerText.includes('frozen')");
    }

    @Test
    @Order(9)
    void everyControlHasANameAndNothingIsWiderThanAPhone() throws Exception {
        browser.size(390, 844);
        for (String view : List.of("live", "review", "policies", "weights")) {
            dashboard.go(view);
            browser.await("document.querySelector('#" + view + " table, #" + view + " li') !== null");
            assertThat(browser.namesOfControls()).isNotEmpty().noneMatch(name -> name.endsWith(": "));
            JsonNode width = browser.evaluate("document.documentElement.scrollWidth");
            assertThat(width.asInt()).as(view).isLessThanOrEqualTo(390);
            browser.screenshot(Dashboard.SHOTS.resolve("phone-" + view + ".png"));
        }
        browser.size(1440, 900);
    }

    @Test
    @Order(9)
    void nothingKeepsAnybodyOut() throws Exception {
        for (String view : List.of("live", "review", "policies", "weights")) {
            dashboard.go(view);
            browser.await("document.querySelector('#" + view + " table, #" + view + " li') !== null");
            for (String scheme : List.of("dark", "light")) {
                browser.scheme(scheme);
                List<String> barriers = browser.barriers();
                browser.forgive(); // how axe reads a canvas
                assertThat(barriers).as(view + ", " + scheme).isEmpty();
            }
        }
    }

    @Test
    @Order(10)
    void helpOpensAndClosesWithTheKeyboard() {
        dashboard.go("live");
        browser.press("?");
        browser.await("document.getElementById('keys').open");
        browser.press("2");
        assertThat(browser.evaluate("location.hash").asText()).isEqualTo("#live");
        browser.evaluate("document.getElementById('keys').close()");
        browser.press("p");
        browser.await("document.getElementById('pause').getAttribute('aria-pressed') === 'true'");
    }
}
