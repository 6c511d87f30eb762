package dev.weir.engine.http;

import dev.weir.engine.access.Credential;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Finds what a request shows of who sends it, in its head and in the connection it came on. */
public final class Credentials {

    /** What a browser offers among the subprotocols of a WebSocket, because it cannot set headers; never answered. */
    private static final String SUBPROTOCOL_MARK = "weir.bearer.";

    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private Credentials() {}

    /** As {@code Authorization: Bearer}, as a subprotocol, or as the certificate of the connection. */
    public static Credential of(Channel channel, HttpHeaders headers) {
        String shown = authorization(headers);
        String bearer = shown == null ? offered(headers) : after(BEARER, shown).orElse("");
        return new Credential(bearer, certificate(channel));
    }

    /**
     * As a password too, under any user name: browsers ask for one of themselves. Whoever takes it must tell pages of its
     * own from others, because browsers send a password with the requests of any.
     */
    public static Credential orPassword(Channel channel, HttpHeaders headers) {
        String shown = authorization(headers);
        Optional<String> basic = shown == null ? Optional.empty() : after(BASIC, shown);
        return basic.isEmpty() ? of(channel, headers) : new Credential(password(basic.get()), certificate(channel));
    }

    /** Null where nothing is shown so; of two, which are no one credential, neither. */
    private static @Nullable String authorization(HttpHeaders headers) {
        List<String> shown = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        return shown.isEmpty() ? null : shown.size() == 1 ? shown.getFirst() : "";
    }

    private static Optional<String> after(String scheme, String shown) {
        return shown.toLowerCase(Locale.ROOT).startsWith(scheme)
                ? Optional.of(shown.substring(scheme.length()).strip())
                : Optional.empty();
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
