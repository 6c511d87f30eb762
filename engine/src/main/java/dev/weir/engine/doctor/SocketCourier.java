package dev.weir.engine.doctor;

import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.ErrorCode;
import dev.weir.protocol.Mode;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.Units;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends texts as streams, each over a connection of its own. Safe from any thread. */
final class SocketCourier implements Courier {

    private static final String STREAM = "canary";

    private final Target target;
    private final HttpClient http;
    private final Duration timeout;

    SocketCourier(Target target, HttpClient http, Duration timeout) {
        this.target = target;
        this.http = http;
        this.timeout = timeout;
    }

    /** Of streams that ask for none. */
    Mode standingMode() throws IOException, InterruptedException, TimeoutException {
        try (Socket socket = connect(Subprotocol.JSON)) {
            socket.say(open(null, Part.CONTENT, Canary.BENIGN, null));
            socket.say(new ClientMessage.EndStream(STREAM));
            Transcript heard = new Transcript("");
            hear(socket, heard);
            return heard.mode();
        }
    }

    @Override
    public Passage send(Check check, Canary canary) throws IOException, InterruptedException, TimeoutException {
        Subprotocol subprotocol = Objects.requireNonNull(check.route().subprotocol());
        Part part = check.part();
        String text = part == Part.PROMPT ? Canary.BENIGN.text() : canary.text();
        String resume = null;
        if (part == Part.RESUMED) {
            try (Socket first = connect(subprotocol)) {
                first.say(open(check.mode(), part, canary, null));
                Transcript heard = new Transcript(text);
                heard.take(first.next());
                if (heard.isOver()) {
                    return passage(heard);
                }
                resume = heard.resume();
                say(first, subprotocol, part, text.substring(0, text.length() / 2));
            }
        }
        try (Socket socket = connect(subprotocol)) {
            socket.say(open(check.mode(), part, canary, resume));
            say(socket, subprotocol, part, text);
            socket.say(new ClientMessage.EndStream(STREAM));
            Transcript heard = new Transcript(text);
            hear(socket, heard);
            return passage(heard);
        }
    }

    private static void hear(Socket socket, Transcript transcript)
            throws IOException, InterruptedException, TimeoutException {
        while (!transcript.isOver()) {
            transcript.take(socket.next());
        }
    }

    private Socket connect(Subprotocol subprotocol) throws IOException, InterruptedException, TimeoutException {
        return Socket.connect(http, target, subprotocol, timeout);
    }

    private static ClientMessage.OpenStream open(
            @Nullable Mode mode, Part part, Canary canary, @Nullable String resume) {
        List<PromptMessage> messages =
                part == Part.PROMPT ? List.of(new PromptMessage("user", canary.text())) : List.of();
        return new ClientMessage.OpenStream(
                STREAM, null, mode, Units.UTF16, null, part.channel(), messages, Map.of(), resume);
    }

    private static void say(Socket socket, Subprotocol subprotocol, Part part, String text)
            throws IOException, InterruptedException, TimeoutException {
        for (ClientMessage delta : Pieces.deltas(STREAM, text, subprotocol, part)) {
            socket.say(delta);
        }
    }

    private static Passage passage(Transcript heard) {
        return switch (heard.terminal()) {
            case ServerMessage.Stopped stopped ->
                new Passage(
                        Passage.End.STOPPED,
                        heard.shown(),
                        true,
                        "stopped at " + stopped.at() + ", shown "
                                + heard.shown().length());
            case ServerMessage.Ended ended ->
                new Passage(
                        Passage.End.PASSED,
                        heard.shown(),
                        heard.isReported(),
                        "ended with verdict " + ended.verdict().wireName());
            case ServerMessage.ErrorMessage error ->
                error.code() == ErrorCode.FORBIDDEN
                        ? Passage.off("the credential does not allow it")
                        : Passage.failed(error.code().wireName() + ": " + error.message());
            default -> throw new IllegalStateException("not the last message of a stream");
        };
    }
}
