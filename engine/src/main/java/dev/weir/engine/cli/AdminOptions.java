package dev.weir.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a command reaches the server that runs; with the key of the environment where the server asks for one. */
final class AdminOptions {

    private static final String KEY = "WEIR_ADMIN_KEY";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    @Option(
            names = "--url",
            description = "Admin address of the server (default: with weir.admin.host and weir.admin.port).")
    private @Nullable String url;

    @Mixin
    private final Authorities authorities = new Authorities();

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Option(names = "--json", description = "The server's answer as it is.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    boolean isJson() {
        return json;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return send(path, null);
    }

    /** @param body becomes a JSON object */
    JsonNode post(String path, Map<String, Object> body) throws IOException, InterruptedException {
        return send(path, Json.line(body));
    }

    /** @throws IOException one line with what the server said, or that there is none */
    private JsonNode send(String path, @Nullable String body) throws IOException, InterruptedException {
        URI server = server();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(TIMEOUT);
        String key = System.getenv(KEY);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (body != null) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        HttpResponse<String> response;
        HttpClient client = client();
        try (client) {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (SSLException e) {
            throw new IOException(
                    server + ": " + e.getMessage()
                            + " (expected: TLS, with a certificate of an authority of this machine or of --ca)",
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "no server answers at " + server + " (expected: weir serve there, or another --url)", e);
        }
        JsonNode answer = Json.MAPPER.readTree(response.body());
        if (response.statusCode() != 200) {
            throw new IOException(answer.path("detail").asText("HTTP " + response.statusCode()));
        }
        return answer;
    }

    private HttpClient client() throws IOException {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT);
        SSLContext trusted = authorities.context();
        if (trusted != null) {
            client.sslContext(trusted);
        }
        return client.build();
    }

    private URI server() {
        Config settings = config.load(Map.of());
        String address = url == null
                ? (settings.getString("weir.admin.tls.certificate").isEmpty() ? "http://" : "https://")
                        + settings.getString("weir.admin.host") + ":" + settings.getInt("weir.admin.port")
                : url;
        try {
            URI server = URI.create(address);
            if (server.getHost() != null && ("http".equals(server.getScheme()) || "https".equals(server.getScheme()))) {
                return server;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ParameterException(
                command.commandLine(), "--url " + address + " (expected: http://HOST:PORT or https://HOST:PORT)");
    }
}
