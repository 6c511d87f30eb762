package dev.weir.engine.http;

import dev.weir.engine.access.Access;
import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Admission.Reason;
import dev.weir.engine.access.Admission.Refused;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Credential;
import dev.weir.engine.access.Scope;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks, by the head of a request and the connection it came on. Every request of a port comes through its
 * door, whatever it asks for. Thread-safe.
 */
public final class Door {

    /** A header that marks what is sent as a canary; its value says which. */
    public static final String CANARY = "x-weir-canary";

    /** What a browser offers among the subprotocols of a WebSocket, because it cannot set headers; never answered. */
    static final String SUBPROTOCOL_MARK = "weir.bearer.";

    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final Access access;
    private final boolean asksForPassword;

    private Door(Access access, boolean asksForPassword) {
        this.access = access;
        this.asksForPassword = asksForPassword;
    }

    public static Door ofClients(Access access) {
        return new Door(access, false);
    }

    /**
     * Takes the credential as a password too, under any user name: browsers ask for one of themselves. Whoever serves
     * behind it must tell pages of its own from others, because browsers send a password with the requests of any.
     */
    public static Door ofOperators(Access access) {
        return new Door(access, true);
    }

    /** Whether a page may ask; what is no page of a browser may. */
    public boolean allowsPage(HttpHeaders headers) {
        return access.allowsPage(headers.get(HttpHeaderNames.ORIGIN), headers.get(HttpHeaderNames.HOST));
    }

    /** Whether metrics are for all, as probes are that have no credential. */
    public boolean opensMetrics() {
        return access.opensMetrics();
    }

    /** @param needed of whoever is let in */
    public Admission admit(Channel channel, HttpHeaders headers, Scope needed) {
        Admission admission = access.admit(new Credential(bearer(headers), certificate(channel)), needed);
        return admission instanceof Admission.Admitted admitted && headers.contains(CANARY)
                ? ofCanaries(admitted.caller())
                : admission;
    }

    /** What is marked leaves no trace, so not everybody may mark it. */
    private static Admission ofCanaries(Caller caller) {
        return caller.has(Scope.ADMIN)
                ? new Admission.Admitted(caller.ofCanaries())
                : new Refused(Reason.FORBIDDEN, CANARY + " takes a credential with the scope admin");
    }

    /** What somebody is told who was not let in. */
    public FullHttpResponse answer(Refused refused) {
        FullHttpResponse answer = HttpAnswer.error(status(refused.reason()), code(refused.reason()), refused.message());
        switch (refused.reason()) {
            case UNAUTHENTICATED ->
                answer.headers()
                        .set(
                                HttpHeaderNames.WWW_AUTHENTICATE,
                                asksForPassword
                                        ? List.of("Bearer realm=\"weir\"", "Basic realm=\"weir\"")
                                        : List.of("Bearer realm=\"weir\""));
            case NOT_YET -> answer.headers().set(HttpHeaderNames.RETRY_AFTER, "2");
            case FORBIDDEN -> {}
        }
        return answer;
    }

    /** What a page is told that may not ask. */
    static FullHttpResponse foreignPage() {
        return HttpAnswer.error(
                HttpResponseStatus.FORBIDDEN,
                "forbidden",
                "the page that asks is not of this server (expected: one of weir.access.origins)");
    }

    private static HttpResponseStatus status(Reason reason) {
        return switch (reason) {
            case UNAUTHENTICATED -> HttpResponseStatus.UNAUTHORIZED;
            case FORBIDDEN -> HttpResponseStatus.FORBIDDEN;
            case NOT_YET -> HttpResponseStatus.SERVICE_UNAVAILABLE;
        };
    }

    private static String code(Reason reason) {
        return switch (reason) {
            case UNAUTHENTICATED -> "unauthorized";
            case FORBIDDEN -> "forbidden";
            case NOT_YET -> "overloaded";
        };
    }

    private @Nullable String bearer(HttpHeaders headers) {
        List<String> shown = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        if (shown.isEmpty()) {
            return offered(headers);
        }
        String first = shown.getFirst();
        String scheme = first.toLowerCase(Locale.ROOT);
        if (shown.size() > 1) {
            return ""; // no one credential
        }
        if (scheme.startsWith(BEARER)) {
            return first.substring(BEARER.length()).strip();
        }
        return asksForPassword && scheme.startsWith(BASIC)
                ? password(first.substring(BASIC.length()).strip())
                : "";
    }

    private static String password(String basic) {
        try {
            String pair = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
            return pair.substring(pair.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static @Nullable String offered(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(offer -> List.of(offer.split(",", -1)).stream())
                .map(String::strip)
                .filter(name -> name.startsWith(SUBPROTOCOL_MARK))
                .map(name -> name.substring(SUBPROTOCOL_MARK.length()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String certificate(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return null;
        }
        try {
            Principal peer = tls.engine().getSession().getPeerPrincipal();
            return peer instanceof X500Principal subject ? subject.getName(X500Principal.RFC2253) : peer.getName();
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}
