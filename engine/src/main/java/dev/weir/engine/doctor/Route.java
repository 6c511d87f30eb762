package dev.weir.engine.doctor;

import dev.weir.protocol.Mode;
import dev.weir.protocol.Subprotocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A way to a server. */
enum Route {
    SOCKET_JSON("socket json", Part.ofStreams()),
    SOCKET_PROTO("socket proto", Part.ofStreams()),
    CHAT_STREAM("chat stream", Part.ofChats()),
    CHAT("chat whole", Part.ofChats()),
    COMPLETIONS_STREAM("completions stream", Part.ofCompletions()),
    COMPLETIONS("completions whole", Part.ofCompletions()),
    MODERATIONS("moderations", Part.CONTENT, Part.DISGUISED, Part.CARD);

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // the list is one that cannot be changed
    private final List<Part> parts;

    Route(String title, Part... parts) {
        this.title = title;
        this.parts = List.of(parts);
    }

    String title() {
        return title;
    }

    /** How its messages are written; null where they are HTTP. */
    @Nullable
    Subprotocol subprotocol() {
        return switch (this) {
            case SOCKET_JSON -> Subprotocol.JSON;
            case SOCKET_PROTO -> Subprotocol.PROTO;
            default -> null;
        };
    }

    String path() {
        return switch (this) {
            case SOCKET_JSON, SOCKET_PROTO -> "/v1/stream";
            case CHAT_STREAM, CHAT -> "/v1/chat/completions";
            case COMPLETIONS_STREAM, COMPLETIONS -> "/v1/completions";
            case MODERATIONS -> "/v1/moderations";
        };
    }

    boolean isChat() {
        return this == CHAT || this == CHAT_STREAM;
    }

    boolean isStream() {
        return this == CHAT_STREAM || this == COMPLETIONS_STREAM;
    }

    /** What can go wrong with it, each checked by itself. */
    List<Check> checks() {
        List<@Nullable Mode> modes = new ArrayList<>();
        if (subprotocol() == null) {
            modes.add(null);
        } else {
            Stream.of(Mode.GATE, Mode.STREAM, Mode.MONITOR).forEach(modes::add);
        }
        return parts.stream()
                .flatMap(part -> modes.stream().map(mode -> new Check(this, part, mode)))
                .toList();
    }

    /** All there is to check. */
    static List<Check> allChecks() {
        return Arrays.stream(values()).flatMap(route -> route.checks().stream()).toList();
    }
}
