package dev.weir.engine;

import static dev.weir.engine.DoctorTest.base;
import static dev.weir.engine.DoctorTest.examine;
import static dev.weir.engine.DoctorTest.named;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.engine.doctor.CanaryUpstream;
import dev.weir.engine.doctor.Diagnosis;
import dev.weir.engine.doctor.Status;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Severity;
import dev.weir.protocol.Subprotocol;
import dev.weir.protocol.Utf8Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A server of which one hook after the other is removed: the doctor says which. */
class MissingHookTest {

    private static final List<String> SOCKETS = List.of("socket json", "socket proto");
    private static final List<String> MODES = List.of("gate", "stream", "monitor");

    private static Server server;
    private static CanaryUpstream upstream;

    @BeforeAll
    static void start() throws Exception {
        server = DoctorTest.server("");
        upstream = CanaryUpstream.start();
    }

    @AfterAll
    static void stop() {
        upstream.close();
        server.close();
    }

    /** A hook that is removed on the socket, and what of it the doctor is to name. */
    private record OnSocket(
            String hook, BrokenGuard.Fault fault, Set<String> routes, Set<String> parts, Set<String> modes) {

        Set<String> expected() {
            Set<String> expected = new TreeSet<>();
            for (String route : routes) {
                for (String part : parts) {
                    modes.forEach(mode -> expected.add(route + ", " + part + ", " + mode));
                }
            }
            return expected;
        }

        @Override
        public String toString() {
            return hook;
        }
    }

    private static ClientMessage blank(ClientMessage message) {
        return switch (message) {
            case ClientMessage.Delta delta ->
                new ClientMessage.Delta(delta.stream(), " ".repeat(delta.text().length()));
            case ClientMessage.Utf8Delta delta ->
                new ClientMessage.Utf8Delta(
                        delta.stream(), Utf8Text.of(" ".repeat(delta.text().length())), null);
            default -> message;
        };
    }

    /** Text of these streams is never scored. */
    static BrokenGuard.Fault unscored(Predicate<OpenStream> of) {
        return new BrokenGuard.Fault() {
            @Override
            public ClientMessage told(ClientMessage message, OpenStream stream, Subprotocol subprotocol) {
                return of.test(stream) ? blank(message) : message;
            }
        };
    }

    private static Stream<OnSocket> hooksOfTheSocket() {
        Set<String> both = Set.copyOf(SOCKETS);
        Set<String> all = Set.copyOf(MODES);
        List<OnSocket> hooks = new ArrayList<>();
        hooks.add(new OnSocket(
                "the channel tool is not scored",
                unscored(open -> open.channel().equals("tool")),
                both,
                Set.of("tool arguments"),
                all));
        hooks.add(new OnSocket(
                "the channel reasoning is not scored",
                unscored(open -> open.channel().equals("reasoning")),
                both,
                Set.of("reasoning"),
                all));
        hooks.add(new OnSocket(
                "the second choice is not scored",
                unscored(open -> open.channel().equals("content/1")),
                both,
                Set.of("second choice"),
                all));
        hooks.add(new OnSocket(
                "a stream that is resumed is not scored",
                unscored(open -> open.resume() != null),
                both,
                Set.of("resumed"),
                all));
        hooks.add(new OnSocket(
                "the prompt is not moderated",
                new BrokenGuard.Fault() {
                    @Override
                    public ClientMessage told(ClientMessage message, OpenStream stream, Subprotocol subprotocol) {
                        return message instanceof OpenStream open
                                ? new OpenStream(
                                        open.stream(),
                                        open.policy(),
                                        open.mode(),
                                        open.units(),
                                        open.conversation(),
                                        open.channel(),
                                        List.of(),
                                        open.meta(),
                                        open.resume())
                                : message;
                    }
                },
                both,
                Set.of("prompt"),
                all));
        hooks.add(new OnSocket(
                "characters that are cut are lost",
                new BrokenGuard.Fault() {
                    @Override
                    public ClientMessage told(ClientMessage message, OpenStream stream, Subprotocol subprotocol) {
                        return isCut(message) ? blank(message) : message;
                    }
                },
                both,
                Set.of("cut characters"),
                all));
        hooks.add(new OnSocket(
                "nothing is redacted",
                new BrokenGuard.Fault() {
                    @Override
                    public Optional<ServerMessage> said(
                            ServerMessage message, OpenStream stream, Subprotocol subprotocol) {
                        return switch (message) {
                            case ServerMessage.Redacted redacted -> Optional.empty();
                            case ServerMessage.Flagged flagged ->
                                Optional.of(message)
                                        .filter(any -> !flagged.category().equals("privacy"));
                            case ServerMessage.Ended ended ->
                                Optional.of(new ServerMessage.Ended(
                                        ended.stream(),
                                        ended.through(),
                                        ServerMessage.Verdict.PASS,
                                        ended.maxRisk(),
                                        ended.receipt()));
                            default -> Optional.of(message);
                        };
                    }
                },
                both,
                Set.of("card number"),
                all));
        hooks.add(new OnSocket(
                "in JSON, what is not released is shown",
                new BrokenGuard.Fault() {
                    @Override
                    public Optional<ServerMessage> said(
                            ServerMessage message, OpenStream stream, Subprotocol subprotocol) {
                        return Optional.of(
                                message instanceof ServerMessage.Released && subprotocol == Subprotocol.JSON
                                        ? new ServerMessage.Released(stream.stream(), 1_000_000, 0)
                                        : message);
                    }
                },
                Set.of("socket json"),
                Set.of(
                        "content",
                        "reasoning",
                        "tool arguments",
                        "second choice",
                        "cut characters",
                        "disguised",
                        "resumed"),
                Set.of("gate")));
        hooks.add(new OnSocket(
                "in protobuf, what is to be held is only monitored",
                new BrokenGuard.Fault() {
                    @Override
                    public ClientMessage told(ClientMessage message, OpenStream stream, Subprotocol subprotocol) {
                        return message instanceof OpenStream open
                                        && open.mode() == Mode.GATE
                                        && subprotocol == Subprotocol.PROTO
                                ? new OpenStream(
                                        open.stream(),
                                        open.policy(),
                                        Mode.MONITOR,
                                        open.units(),
                                        open.conversation(),
                                        open.channel(),
                                        open.messages(),
                                        open.meta(),
                                        open.resume())
                                : message;
                    }
                },
                Set.of("socket proto"),
                Set.of(
                        "content",
                        "reasoning",
                        "tool arguments",
                        "second choice",
                        "cut characters",
                        "disguised",
                        "resumed",
                        "prompt",
                        "card number"),
                Set.of("gate")));
        return hooks.stream();
    }

    private static boolean isCut(ClientMessage message) {
        return switch (message) {
            case ClientMessage.Delta delta ->
                !delta.text().isEmpty()
                        && (Character.isLowSurrogate(delta.text().charAt(0))
                                || Character.isHighSurrogate(
                                        delta.text().charAt(delta.text().length() - 1)));
            case ClientMessage.Utf8Delta delta ->
                delta.text().length() > 0 && (delta.text().byteAt(0) & 0xC0) == 0x80;
            default -> false;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hooksOfTheSocket")
    void namesTheHookOfTheSocketThatIsMissing(OnSocket broken) throws Exception {
        try (BrokenGuard guard = new BrokenGuard(broken.fault(), base(server), upstream.base())) {
            assertThat(named(examine(guard.base()), Status.UNPROTECTED)).isEqualTo(broken.expected());
        }
    }

    /** Replies of this upstream are passed on as they come. */
    private static BrokenGuard.Fault unmoderated(Predicate<String> canary, Predicate<String> path) {
        return new BrokenGuard.Fault() {
            @Override
            public boolean bypasses(String asked, boolean stream, String which) {
                return path.test(asked + (stream ? " stream" : " whole")) && canary.test(which);
            }
        };
    }

    @ParameterizedTest(name = "{1} of a relayed reply is not moderated")
    @CsvSource({
        "content, content",
        "reasoning, reasoning",
        "tool, tool arguments",
        "choice, second choice",
        "cut, cut characters",
        "disguised, disguised",
        "prompt, prompt",
        "tools, tools",
        "prediction, prediction",
        "suffix, suffix",
        "field, unknown field",
        "card, card number"
    })
    void namesTheTextOfARelayedReplyThatIsNotModerated(String canary, String part) throws Exception {
        Set<String> expected = new TreeSet<>();
        if (!canary.equals("suffix")) {
            expected.add("chat stream, " + part + ", default");
            expected.add("chat whole, " + part + ", default");
        }
        if (Set.of("content", "choice", "prompt", "suffix", "field", "card").contains(canary)) {
            expected.add("completions stream, " + part + ", default");
            expected.add("completions whole, " + part + ", default");
        }
        BrokenGuard.Fault fault = unmoderated(which -> which.startsWith(canary + "/"), path -> true);
        try (BrokenGuard guard = new BrokenGuard(fault, base(server), upstream.base())) {
            assertThat(named(examine(guard.base()), Status.UNPROTECTED)).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "{0} of a request is not read")
    @CsvSource({
        "tools, chat stream; chat whole, tools",
        "prediction, chat stream; chat whole, prediction",
        "suffix, completions stream; completions whole, suffix",
        "x_canary, chat stream; chat whole; completions stream; completions whole, unknown field"
    })
    void namesTheFieldOfARequestThatIsNotRead(String field, String routes, String part) throws Exception {
        BrokenGuard.Fault fault = new BrokenGuard.Fault() {
            @Override
            public String asked(String path, String body) {
                return RelayClient.json(body) instanceof ObjectNode request
                        ? request.without(field).toString()
                        : body;
            }
        };
        try (BrokenGuard guard = new BrokenGuard(fault, base(server), upstream.base())) {
            assertThat(named(examine(guard.base()), Status.UNPROTECTED))
                    .containsExactlyInAnyOrder(Stream.of(routes.split("; "))
                            .map(route -> route + ", " + part + ", default")
                            .toArray(String[]::new));
        }
    }

    @ParameterizedTest(name = "{0} is not moderated")
    @CsvSource({
        "chat stream, /v1/chat/completions stream, 11",
        "chat whole, /v1/chat/completions whole, 11",
        "completions stream, /v1/completions stream, 6",
        "completions whole, /v1/completions whole, 6"
    })
    void namesTheRouteThatIsNotModerated(String route, String path, int parts) throws Exception {
        BrokenGuard.Fault fault = unmoderated(which -> true, path::equals);
        try (BrokenGuard guard = new BrokenGuard(fault, base(server), upstream.base())) {
            assertThat(named(examine(guard.base()), Status.UNPROTECTED))
                    .hasSize(parts)
                    .allSatisfy(name -> assertThat(name).startsWith(route + ", "));
        }
    }

    @Test
    void namesModerationsThatFindNothing() throws Exception {
        BrokenGuard.Fault fault = new BrokenGuard.Fault() {
            @Override
            public String asked(String path, String body) {
                return path.equals("/v1/moderations") ? "{\"input\":\"A low wall.\"}" : body;
            }
        };
        try (BrokenGuard guard = new BrokenGuard(fault, base(server), upstream.base())) {
            assertThat(named(examine(guard.base()), Status.UNPROTECTED))
                    .containsExactlyInAnyOrder(
                            "moderations, content, default",
                            "moderations, disguised, default",
                            "moderations, card number, default");
        }
    }

    @Test
    void aGuardThatStopsEverythingIsBroken() throws Exception {
        BrokenGuard.Fault stopsAll = new BrokenGuard.Fault() {
            @Override
            public Optional<ServerMessage> said(ServerMessage message, OpenStream stream, Subprotocol subprotocol) {
                return Optional.of(
                        message instanceof ServerMessage.Ended && "reasoning".equals(stream.channel())
                                ? new ServerMessage.Stopped(
                                        stream.stream(),
                                        0,
                                        0,
                                        0,
                                        0,
                                        "other",
                                        List.of("other"),
                                        Severity.UNSAFE,
                                        1,
                                        null,
                                        "default@1",
                                        "",
                                        "")
                                : message);
            }
        };
        try (BrokenGuard guard = new BrokenGuard(stopsAll, base(server), upstream.base())) {
            Diagnosis diagnosis = examine(guard.base());
            assertThat(named(diagnosis, Status.BLOCKED))
                    .containsExactlyInAnyOrder(
                            "socket json, reasoning, gate",
                            "socket json, reasoning, stream",
                            "socket json, reasoning, monitor",
                            "socket proto, reasoning, gate",
                            "socket proto, reasoning, stream",
                            "socket proto, reasoning, monitor");
            assertThat(named(diagnosis, Status.UNPROTECTED)).isEmpty();
        }
    }
}
