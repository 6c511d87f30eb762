package dev.weir.engine.cli;

import com.typesafe.config.Config;
import dev.weir.engine.Server;
import dev.weir.engine.StartException;
import dev.weir.engine.warmup.Conversation;
import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.WeirClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the line at work: a server on free ports, two dozen conversations through real sockets, drawn live. */
@Command(
        name = "demo",
        description = "Watch two dozen conversations being moderated live; takes about 40 seconds.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DemoCommand implements Callable<Integer> {

    private static final int FRAME_MILLIS = 100;
    /** Nobody is refused here, so nobody is made to wait for a warm server. */
    private static final Map<String, Object> FREE_PORTS = Map.of(
            "weir.gateway.port",
            0,
            "weir.admin.port",
            0,
            "weir.ledger.url",
            "",
            "weir.overload.enabled",
            false,
            "weir.warm-up.at-most",
            "0 s",
            "weir.doctor.at-start",
            "off");

    private static final String HIDE_CURSOR = "\033[?25l";
    private static final String SHOW_CURSOR = "\033[?25h";

    @Option(names = "--speed", paramLabel = "N", description = "Tokens a second of each conversation (default 40).")
    private double speed = 40;

    @Option(names = "--plain", description = "One line an event, as when the output is no terminal.")
    private boolean plain;

    @Option(names = "--json", description = "One JSON object an event, the summary last.")
    private boolean json;

    @Option(names = "--frames", paramLabel = "FILE", hidden = true, description = "Keep each frame, for a picture.")
    private @Nullable Path frames;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    private long beganNanos;

    @Override
    public Integer call() throws StartException, IOException, InterruptedException {
        if (!(speed > 0 && speed <= 10_000)) {
            throw new ParameterException(
                    spec.commandLine(), "--speed " + speed + " (expected: above 0, at most 10000)");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<DemoScene> scenes = Conversation.all().stream().map(DemoScene::new).toList();
        say(err, "starting a server on free ports");
        Config settings = config.load(FREE_PORTS);
        try (Server server = Server.start(settings, line -> say(err, line));
                WeirClient client = connect(server);
                DemoPlayer player = new DemoPlayer(client, speed, this::onOver)) {
            beganNanos = System.nanoTime();
            CompletableFuture<Void> over = player.play(scenes);
            if (frames != null) {
                record(scenes, over, frames);
            } else if (Terminal.isOut() && !plain && !json) {
                draw(scenes, over, out);
            } else {
                waitFor(over, Long.MAX_VALUE);
            }
        }
        DemoSummary summary = DemoSummary.of(scenes);
        conclude(out, scenes, summary);
        return summary.failed() == 0 ? 0 : 1;
    }

    private static WeirClient connect(Server server) throws IOException, InterruptedException {
        try {
            return WeirClient.connect(
                            URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream"), ClientSettings.defaults())
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("cannot connect to our own server: " + e.getCause(), e);
        }
    }

    private void draw(List<DemoScene> scenes, CompletableFuture<Void> over, PrintWriter out)
            throws InterruptedException {
        Thread showCursor = new Thread(() -> say(out, SHOW_CURSOR));
        Runtime.getRuntime().addShutdownHook(showCursor);
        out.print(HIDE_CURSOR + "\033[2J");
        boolean done = false;
        while (!done) {
            done = waitFor(over, FRAME_MILLIS);
            // Each line is overwritten in place and its rest erased, which flickers less than clearing the screen.
            out.print("\033[H" + String.join("\033[K\n", frame(scenes, Terminal.size())) + "\033[K\n\033[J");
            out.flush();
        }
        Runtime.getRuntime().removeShutdownHook(showCursor);
        out.println(SHOW_CURSOR);
    }

    /** The same frames as {@link #draw} would show, into a file, each begun by a form feed. */
    private void record(List<DemoScene> scenes, CompletableFuture<Void> over, Path file)
            throws IOException, InterruptedException {
        try (PrintWriter frameFile = new PrintWriter(Files.newBufferedWriter(file))) {
            boolean done = false;
            while (!done) {
                done = waitFor(over, FRAME_MILLIS);
                frameFile.print("\f" + String.join("\n", frame(scenes, Terminal.Size.COMMON)) + "\n");
            }
        }
    }

    private List<String> frame(List<DemoScene> scenes, Terminal.Size size) {
        return DemoScreen.frame(
                scenes.stream().map(DemoScene::view).toList(), (System.nanoTime() - beganNanos) / 1e9, size);
    }

    /** Whether it came to its end within so long. */
    private static boolean waitFor(CompletableFuture<Void> over, long millis) throws InterruptedException {
        try {
            over.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a scene ends with an outcome, never with an exception", e);
        }
    }

    private void onOver(DemoScene scene) {
        if (!json && !plain && (Terminal.isOut() || frames != null)) {
            return;
        }
        DemoScene.View view = scene.view();
        PrintWriter out = spec.commandLine().getOut();
        synchronized (this) {
            say(out, json ? Json.line(event(view)) : sentence(view));
        }
    }

    private static Map<String, Object> event(DemoScene.View view) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "decided");
        event.put("stream", view.conversation().name());
        event.put("topic", view.conversation().topic());
        event.put("expected", view.conversation().expect());
        DemoScene.Decision decision = view.decision();
        if (decision != null) {
            event.put("decided", decision.action().wireName());
            event.put("risk", decision.risk());
            event.put("receipt", decision.receipt());
            if (decision.category() != null) {
                event.put("category", decision.category());
            }
            if (decision.at() >= 0) {
                event.put("at", decision.at());
                event.put("exposure", decision.exposure());
            }
        }
        if (view.failure() != null) {
            event.put("failure", view.failure());
        }
        return event;
    }

    private String sentence(DemoScene.View view) {
        DemoScene.Decision decision = view.decision();
        String fate;
        if (decision == null) {
            fate = "failed: " + view.failure();
        } else {
            fate = decision.action().wireName()
                    + (decision.at() < 0
                            ? ""
                            : " at " + decision.at() + " of "
                                    + view.conversation().reply().length())
                    + (decision.category() == null ? "" : " (" + decision.category() + ")")
                    + String.format(java.util.Locale.ROOT, ", largest risk %.2f", decision.risk());
        }
        return String.format(
                java.util.Locale.ROOT,
                "%5.1f s  %-15s %-11s expected %-6s  %s",
                (System.nanoTime() - beganNanos) / 1e9,
                view.conversation().name(),
                view.conversation().topic(),
                view.conversation().expect(),
                fate);
    }

    private void conclude(PrintWriter out, List<DemoScene> scenes, DemoSummary summary) {
        if (json) {
            say(out, Json.line(summary));
            return;
        }
        out.println();
        out.print(DemoSummary.table(scenes));
        out.println();
        out.println(summary.sentence());
        out.println();
        out.println("Try next:");
        out.println("  echo '{\"text\":\"my card is 4111 1111 1111 1111\"}' | ops/weir moderate -");
        out.println("  ops/weir serve");
        out.println("  ops/weir evaluate FILE.jsonl     # rows of {\"text\": …, \"label\": 0 or 1}");
        out.flush();
    }

    private static void say(PrintWriter to, String line) {
        to.println(line);
        to.flush();
    }
}
