package dev.weir.engine.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All that can be asked for on one port. Thread-safe. */
public final class Routes {

    /** What becomes of a request, as its head says. */
    sealed interface Found {}

    record Served(Endpoint endpoint) implements Found {}

    record Refused(Problem why) implements Found {}

    /** @param methods that the path takes, as the header {@code Allow} has them */
    record Asked(String methods) implements Found {}

    private static final String IDENTITY = HttpHeaderValues.IDENTITY.toString();

    private final Map<String, Map<HttpMethod, Endpoint>> byPath;

    /** @throws IllegalArgumentException when two endpoints have one route */
    public Routes(List<? extends Endpoint> endpoints) {
        this.byPath = endpoints.stream()
                .collect(Collectors.groupingBy(
                        endpoint -> endpoint.route().path(),
                        TreeMap::new,
                        Collectors.toMap(
                                endpoint -> endpoint.route().method(),
                                endpoint -> endpoint,
                                (one, other) -> {
                                    throw new IllegalArgumentException("two endpoints at " + one.route());
                                },
                                TreeMap::new)));
    }

    Found find(HttpRequest head) {
        String path = new QueryStringDecoder(head.uri()).rawPath();
        Map<HttpMethod, Endpoint> byMethod = byPath.getOrDefault(path, byPath.get(family(path)));
        if (byMethod == null) {
            return refused(
                    HttpResponseStatus.NOT_FOUND,
                    "not_found",
                    "no such path (expected: one of " + String.join(", ", byPath.keySet()) + ")");
        }
        if (head.method().equals(HttpMethod.OPTIONS)) {
            return new Asked(methods(byMethod));
        }
        Endpoint endpoint = byMethod.get(head.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : head.method());
        if (endpoint == null) {
            String allowed = methods(byMethod);
            return new Refused(new Problem(
                    HttpResponseStatus.METHOD_NOT_ALLOWED,
                    "method_not_allowed",
                    "expected: " + allowed,
                    Map.of(HttpHeaderNames.ALLOW, allowed)));
        }
        String contentType = endpoint.route().contentType();
        if (contentType != null && !contentType.contentEquals(mimeType(head))) {
            return refused(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "expected: " + contentType);
        }
        String coding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING, IDENTITY);
        if (!IDENTITY.equalsIgnoreCase(coding.strip())) {
            return refused(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    "expected: a body that is not compressed");
        }
        return new Served(endpoint);
    }

    private static String methods(Map<HttpMethod, Endpoint> byMethod) {
        return byMethod.keySet().stream()
                .map(method -> method.equals(HttpMethod.GET) ? "GET, HEAD" : method.name())
                .collect(Collectors.joining(", "));
    }

    /** Of the paths that differ in their last part only. */
    private static String family(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1) + Route.ANY;
    }

    private static String mimeType(HttpRequest head) {
        CharSequence type = HttpUtil.getMimeType(head);
        return type == null ? "" : type.toString().toLowerCase(Locale.ROOT);
    }

    private static Refused refused(HttpResponseStatus status, String code, String message) {
        return new Refused(new Problem(status, code, message));
    }
}
