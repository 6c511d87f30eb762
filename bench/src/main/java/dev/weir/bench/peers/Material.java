package dev.weir.bench.peers;

import dev.weir.bench.Texts;
import dev.weir.bench.server.Checkout;
import dev.weir.models.ExpertLoadException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what contestants are given. */
final class Material {
    private static final int MOST_TEXTS = 2_000;

    @Option(names = "--texts", description = "JSON lines with a text, plain or gzip; the demo's without any.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--models", description = "Folder of experts (default: the shipped ones).")
    private @Nullable Path models;

    @Option(names = "--work", description = "Folder for networks and logs (default: bench/target/peers).")
    private @Nullable Path work;

    Networks networks() throws IOException, ExpertLoadException {
        return Networks.prepare(models == null ? Checkout.root().resolve("models/experts") : models, work());
    }

    /** Each cut into tokens. */
    List<List<String>> texts(Networks networks) throws IOException {
        return Texts.read(files, MOST_TEXTS).stream()
                .map(text -> TokenPieces.of(text, networks.windowed().tokenizer()))
                .filter(pieces -> !pieces.isEmpty())
                .toList();
    }

    Lineup lineup(Networks networks, HttpClient client) {
        return new Lineup(Checkout.root(), work(), networks, client);
    }

    private Path work() {
        return work == null ? Checkout.root().resolve("bench/target/peers") : work.toAbsolutePath();
    }
}
