package dev.weir.engine.cli;

import dev.weir.protocol.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the scenes as lines for a terminal: one stream a line, its risk, its fate, and the last words its reader saw. */
final class DemoScreen {

    private static final String RESET = "\033[0m";
    private static final String DIM = "\033[2m";
    private static final String BOLD = "\033[1m";
    private static final String RED = "\033[31m";
    private static final String GREEN = "\033[32m";
    private static final String YELLOW = "\033[33m";
    private static final String CYAN = "\033[36m";
    private static final int BAR = 10;
    private static final int BESIDE_TEXT = 61; // columns before the reader's words
    private static final int BESIDE_ROWS = 5; // lines above and below the streams, and the cursor's

    private DemoScreen() {}

    /** @return lines no wider than the terminal and, where its height allows no more, of the scenes begun last */
    static List<String> frame(List<DemoScene.View> scenes, double seconds, Terminal.Size size) {
        List<String> lines = new ArrayList<>();
        long live = scenes.stream()
                .filter(scene -> scene.state() == DemoScene.State.LIVE)
                .count();
        lines.add(clip(
                String.format(
                        Locale.ROOT,
                        "%sweir%s  %d conversations over one WebSocket · %d live · %s%d stopped%s · %s%d redacted%s · %.0f s",
                        BOLD,
                        RESET,
                        scenes.size(),
                        live,
                        RED,
                        count(scenes, Action.STOP),
                        RESET,
                        YELLOW,
                        count(scenes, Action.REDACT),
                        RESET,
                        seconds),
                size.columns()));
        lines.add("");
        lines.add(clip(
                DIM
                        + String.format(
                                Locale.ROOT, "  %-15s %-15s %-25s %s", "stream", "risk", "", "what the reader sees")
                        + RESET,
                size.columns()));
        for (DemoScene.View scene : fitting(scenes, size.lines() - BESIDE_ROWS)) {
            lines.add(clip(row(scene, size.columns()), size.columns()));
        }
        return lines;
    }

    private static List<DemoScene.View> fitting(List<DemoScene.View> scenes, int rows) {
        int begun = (int) scenes.stream()
                .filter(scene -> scene.state() != DemoScene.State.WAITING)
                .count();
        int fit = Math.max(1, rows);
        int from = Math.clamp(begun - fit, 0, Math.max(0, scenes.size() - fit));
        return scenes.subList(from, Math.min(scenes.size(), from + fit));
    }

    private static String row(DemoScene.View scene, int columns) {
        String name = String.format(Locale.ROOT, "%-15s", scene.conversation().name());
        if (scene.state() == DemoScene.State.WAITING) {
            return DIM + "· " + name + RESET;
        }
        String color = color(scene);
        String fate = String.format(Locale.ROOT, "%-25s", fate(scene));
        return color + mark(scene) + RESET + " " + name + " " + bar(scene.risk())
                + String.format(Locale.ROOT, " %.2f ", scene.risk()) + color + fate + RESET + " " + DIM
                + lastWords(scene.shown(), columns - BESIDE_TEXT) + RESET;
    }

    private static String mark(DemoScene.View scene) {
        DemoScene.Decision decision = scene.decision();
        if (scene.failure() != null) {
            return "!";
        }
        if (decision == null) {
            return "●";
        }
        return switch (decision.action()) {
            case STOP -> "■";
            case REDACT -> "▪";
            case FLAG -> "▲";
            case PASS -> "✓";
        };
    }

    private static String color(DemoScene.View scene) {
        DemoScene.Decision decision = scene.decision();
        if (scene.failure() != null) {
            return RED;
        }
        if (decision == null) {
            return scene.redactions() > 0 ? YELLOW : CYAN;
        }
        return switch (decision.action()) {
            case STOP -> RED;
            case REDACT, FLAG -> YELLOW;
            case PASS -> GREEN;
        };
    }

    private static String fate(DemoScene.View scene) {
        DemoScene.Decision decision = scene.decision();
        if (scene.failure() != null) {
            return "failed";
        }
        if (decision == null) {
            return scene.redactions() > 0 ? "redacting" : "";
        }
        return switch (decision.action()) {
            case STOP -> "stopped at " + decision.at() + " " + decision.category();
            case REDACT -> "redacted " + decision.category();
            case FLAG -> "flagged " + decision.category();
            case PASS -> "passed";
        };
    }

    static String bar(double risk) {
        int filled = (int) Math.round(risk * BAR);
        String color = risk >= 0.8 ? RED : risk >= 0.5 ? YELLOW : GREEN;
        return color + "█".repeat(filled) + RESET + DIM + "░".repeat(BAR - filled) + RESET;
    }

    private static String lastWords(String shown, int columns) {
        String line = shown.replace('\n', ' ');
        if (columns < 8) {
            return "";
        }
        return line.length() <= columns ? line : "…" + line.substring(line.length() - columns + 1);
    }

    /** Cuts after {@code columns} visible characters; colour sequences take no room. */
    static String clip(String line, int columns) {
        StringBuilder kept = new StringBuilder();
        int visible = 0;
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\033') {
                int end = line.indexOf('m', i);
                kept.append(line, i, end + 1);
                i = end;
            } else if (visible < columns) {
                kept.append(line.charAt(i));
                visible++;
            }
        }
        return kept.toString();
    }

    private static long count(List<DemoScene.View> scenes, Action action) {
        return scenes.stream()
                .map(DemoScene.View::decision)
                .filter(decision -> decision != null && decision.action() == action)
                .count();
    }
}
