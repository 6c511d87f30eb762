package dev.weir.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One page of a real browser without a window, driven over its DevTools protocol. */
public final class Chromium implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS = 120;
    private static final String LISTENING = "DevTools listening on ws://";

    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

    private final Process process;
    private final String browser;
    private final boolean first;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    private Chromium(Process process, String browser, boolean first) throws IOException, InterruptedException {
        this.process = process;
        this.browser = browser;
        this.first = first;
        HttpRequest newPage = HttpRequest.newBuilder(URI.create("http://" + browser + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        JsonNode page = JSON.readTree(
                http.send(newPage, HttpResponse.BodyHandlers.ofString()).body());
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(page.path("webSocketDebuggerUrl").asText()), new Listener())
                .join();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
    }

    /** The browser of this machine, if there is one. */
    public static Optional<Path> find() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param profile an empty folder */
    public static Chromium start(Path binary, Path profile) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-extensions",
                        "--disable-background-networking",
                        "--hide-scrollbars",
                        "--no-first-run",
                        "--lang=en-GB",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(LISTENING)) {
                Thread drain = new Thread(() -> said.lines().forEach(rest -> {}));
                drain.setDaemon(true);
                drain.start();
                String address = line.substring(LISTENING.length());
                return new Chromium(process, address.substring(0, address.indexOf('/')), true);
            }
        }
        throw new IOException(binary + " ended before it listened");
    }

    public void open(String url) {
        call("Page.navigate", Map.of("url", url));
    }

    public void size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    public void scheme(String scheme) {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** The value of an expression, once it is there if it is promised. */
    public JsonNode evaluate(String expression) {
        JsonNode result =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.at("/result/value");
    }

    /** Waits until an expression is true. */
    public void await(String condition) {
        try {
            evaluate("new Promise(yes => { const look = () => { let is; try { is = " + condition
                    + "; } catch { is = false; } if (is) { yes(true); } else { setTimeout(look, 30); } }; look(); })");
        } catch (IllegalStateException e) {
            if (String.valueOf(e.getMessage() + e.getCause()).contains("navigated")) {
                await(condition); // of the page that comes
                return;
            }
            throw new AssertionError(
                    condition + " did not come true; the page says: "
                            + evaluate("document.body.innerText").asText(),
                    e);
        }
    }

    /** Lets the page go on for so long, for a picture with something on it. */
    void watch(int seconds) {
        for (int second = 0; second < seconds; second++) {
            evaluate("new Promise(done => setTimeout(done, 1000))");
        }
    }

    public void press(String key) {
        call("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key, "text", key));
        call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
    }

    /** Of every button, link, field and the like, as a screen reader is told; hidden ones left out. */
    List<String> namesOfControls() {
        List<String> roles = List.of(
                "button", "link", "combobox", "listbox", "option", "spinbutton", "textbox", "table", "img", "figure");
        List<String> names = new ArrayList<>();
        call("Accessibility.getFullAXTree", Map.of()).path("nodes").forEach(node -> {
            String role = node.at("/role/value").asText();
            if (!node.path("ignored").asBoolean() && roles.subList(0, 7).contains(role)) {
                names.add(role + ": " + node.at("/name/value").asText());
            }
        });
        return names;
    }

    void screenshot(Path file) throws IOException {
        evaluate(
                "document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))");
        JsonNode shot = call("Page.captureScreenshot", Map.of("format", "png"));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.path("data").asText()));
    }

    /** Errors and warnings of the page so far: its own, the network's, and what its security policy kept out. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** What was complained of so far was expected. */
    public void forgive() {
        complaints.clear();
    }

    /** Another tab of the same browser; to be closed before it. */
    public Chromium another() throws IOException, InterruptedException {
        return new Chromium(process, browser, false);
    }

    /** What keeps people out of the page as it is now, as axe-core sees it: the rule and the elements. */
    public List<String> barriers() throws IOException {
        try (InputStream axe = Chromium.class.getResourceAsStream(AXE)) {
            evaluate(new String(axe.readAllBytes(), StandardCharsets.UTF_8) + "; true");
        }
        List<String> barriers = new ArrayList<>();
        evaluate(
                        "axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.map(one => one.id + ' ' +"
                                + " one.nodes.slice(0, 4).map(node => node.target.join(' ') + ': ' + node.any.concat(node.all, node.none)"
                                + ".map(check => check.message).join('; ')).join(' | ')))")
                .forEach(barrier -> barriers.add(barrier.asText()));
        return barriers;
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        int id = calls.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        ObjectNode call = JSON.createObjectNode().put("id", id).put("method", method);
        call.set("params", JSON.valueToTree(parameters));
        synchronized (socket) {
            socket.sendText(call.toString(), true).join();
        }
        try {
            return answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
        } catch (java.util.concurrent.CompletionException e) {
            throw new IllegalStateException(method + " was not answered", e);
        }
    }

    private void take(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer =
                    waiting.remove(message.path("id").asInt());
            if (message.has("error")) {
                answer.completeExceptionally(
                        new IllegalStateException(message.get("error").toString()));
            } else {
                answer.complete(message.path("result"));
            }
            return;
        }
        JsonNode parameters = message.path("params");
        switch (message.path("method").asText()) {
            case "Runtime.exceptionThrown" ->
                complaints.add(parameters.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert")
                        .contains(parameters.path("type").asText())) {
                    complaints.add(parameters.path("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                if (!parameters.at("/entry/level").asText().equals("verbose")) {
                    complaints.add(parameters.path("entry").toString());
                }
            }
            default -> {}
        }
    }

    @Override
    public void close() {
        if (!first) {
            call("Page.close", Map.of());
        }
        socket.abort();
        http.close();
        if (!first) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                try {
                    take(JSON.readTree(partial.toString()));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                } finally {
                    partial.setLength(0);
                }
            }
            from.request(1);
            return null;
        }
    }
}
