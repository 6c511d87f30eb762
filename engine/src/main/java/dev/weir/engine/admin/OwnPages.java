package dev.weir.engine.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other sites out, which an operator's browser would let ask with the operator's rights.
 *
 * <p>A page says where it comes from ({@code Origin}) whenever it changes something, and cannot send a header of our own
 * to another site without asking first, which is never granted. A site may also have a name of its own lead to this
 * machine and so become the same origin; it cannot make the browser send an address in {@code Host} then. So names are
 * taken only where the operator set them.
 *
 * @param names beside addresses and {@code localhost}, in lower case
 */
record OwnPages(Set<String> names) {

    /** What a caller is asked for who shows nothing. */
    static final String BEARER = "Bearer realm=\"weir\"";

    /** Sent by our own page, with any value. */
    static final String OWN = "Weir-Request";

    OwnPages {
        names = Set.copyOf(names);
    }

    /** Whether the port may be addressed so by a browser. */
    void requireKnownHost(HttpHeaders headers) throws Refusal {
        String host = headers.get(HttpHeaderNames.HOST);
        if (host == null || !isKnown(withoutPort(host))) {
            throw new Refusal(
                    HttpResponseStatus.MISDIRECTED_REQUEST,
                    "Host: another (expected: an address, localhost, or one of weir.admin.names)");
        }
    }

    /** Whether something may be changed: by a program, which names no origin, or by our own page. */
    void requireOwnPage(HttpHeaders headers) throws Refusal {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin == null) {
            return;
        }
        requireKnownHost(headers);
        String host = headers.get(HttpHeaderNames.HOST);
        if (!isOf(origin, host) || !headers.contains(OWN)) {
            throw new Refusal(
                    HttpResponseStatus.FORBIDDEN, "Origin: another page (expected: none, or the dashboard's own)");
        }
    }

    /** Our own page asks for the key itself: told of passwords, its browser would ask first, and never forget. */
    static void unsayPassword(HttpHeaders asked, HttpHeaders answer) {
        if (asked.contains(OWN) && answer.contains(HttpHeaderNames.WWW_AUTHENTICATE)) {
            answer.set(HttpHeaderNames.WWW_AUTHENTICATE, BEARER);
        }
    }

    private static boolean isOf(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        return scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    private boolean isKnown(String host) {
        return host.equals("localhost")
                || NetUtil.isValidIpV4Address(host)
                || NetUtil.isValidIpV6Address(host)
                || names.contains(host);
    }

    private static String withoutPort(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
    }
}
