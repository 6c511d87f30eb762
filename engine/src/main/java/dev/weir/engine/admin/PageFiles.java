package dev.weir.engine.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The files of the dashboard: these and no others, read from the jars when the port is opened. */
final class PageFiles {

    /** In the page's own folder. */
    private static final List<String> MODULES =
            List.of("app.js", "api.js", "charts.js", "dom.js", "live.js", "policies.js", "review.js", "weights.js");

    private static final String CHARTS = "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    /**
     * Nothing but our own files and numbers; no script, style or form of another's, nor one written into the page. Charts set
     * styles of their canvas by script, which is no style written into the page.
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private PageFiles() {}

    /** By their paths. */
    static Map<String, Task> all() {
        Map<String, Task> files = new LinkedHashMap<>();
        files.put("/", file("text/html; charset=utf-8", "/dashboard/index.html"));
        files.put("/assets/style.css", file("text/css; charset=utf-8", "/dashboard/style.css"));
        files.put("/assets/icon.svg", file("image/svg+xml", "/dashboard/icon.svg"));
        files.put("/assets/chart.js", file("text/javascript; charset=utf-8", CHARTS));
        MODULES.forEach(module ->
                files.put("/assets/" + module, file("text/javascript; charset=utf-8", "/dashboard/" + module)));
        return files;
    }

    private static Task file(String contentType, String resource) {
        byte[] bytes = read(resource);
        String tag = '"' + sha256(bytes) + '"';
        Answer whole = secured(Answer.of(HttpResponseStatus.OK, contentType, bytes), tag);
        Answer unchanged = secured(Answer.of(HttpResponseStatus.NOT_MODIFIED, contentType, new byte[0]), tag);
        return request -> answer(request, tag, whole, unchanged);
    }

    private static CompletionStage<Answer> answer(AdminRequest request, String tag, Answer whole, Answer unchanged) {
        return CompletableFuture.completedFuture(
                tag.equals(request.headers().get(HttpHeaderNames.IF_NONE_MATCH)) ? unchanged : whole);
    }

    private static Answer secured(Answer answer, String tag) {
        return answer.with(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .with(HttpHeaderNames.ETAG, tag)
                .with(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                .with("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    }

    private static byte[] read(String resource) {
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the jars (expected: a file of the dashboard)");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
