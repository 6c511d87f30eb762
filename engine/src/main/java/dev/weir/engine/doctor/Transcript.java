package dev.weir.engine.doctor;

import dev.weir.protocol.Action;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server said about one stream. */
final class Transcript {

    private final String text;
    private final List<ServerMessage.Redacted> redactions = new ArrayList<>();
    private ServerMessage.@Nullable Opened opened;
    private @Nullable ServerMessage terminal;
    private int through;
    private boolean reported;

    /** @param text of the stream */
    Transcript(String text) {
        this.text = text;
    }

    void take(ServerMessage message) {
        switch (message) {
            case ServerMessage.Opened now -> {
                opened = now;
                reported |= now.prompt() != null && now.prompt().action() != Action.PASS;
            }
            case ServerMessage.Released more -> through = more.through();
            case ServerMessage.Redacted redaction -> {
                redactions.add(redaction);
                reported = true;
            }
            case ServerMessage.Flagged flagged -> reported = true;
            case ServerMessage.Ended ended -> {
                through = ended.through();
                reported |= ended.verdict() == ServerMessage.Verdict.FLAGGED;
            }
            default -> {}
        }
        if (message.isTerminal()) {
            terminal = message;
        }
    }

    boolean isOver() {
        return terminal != null;
    }

    ServerMessage terminal() {
        if (terminal == null) {
            throw new IllegalStateException("the stream is not over");
        }
        return terminal;
    }

    Mode mode() {
        return opened == null ? Mode.GATE : opened.mode();
    }

    @Nullable
    String resume() {
        return opened == null ? null : opened.resume();
    }

    boolean isReported() {
        return reported;
    }

    /** What a reader has seen: what was released, or all of it where nothing is held. */
    String shown() {
        int end = Math.min(mode() == Mode.GATE ? through : text.length(), text.length());
        StringBuilder shown = new StringBuilder();
        int at = 0;
        for (ServerMessage.Redacted redaction : redactions) {
            if (redaction.from() >= at && redaction.to() <= end) {
                shown.append(text, at, redaction.from()).append(redaction.replacement());
                at = redaction.to();
            }
        }
        return shown.append(text, at, Math.max(at, end)).toString();
    }
}
