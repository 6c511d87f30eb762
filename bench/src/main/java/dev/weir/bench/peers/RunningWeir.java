package dev.weir.bench.peers;

import dev.weir.bench.server.Scrape;
import dev.weir.bench.server.ServerProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.OptionalDouble;

/**
 * Our server.
 *
 * @param expert the one that reads windows
 */
record RunningWeir(ServerProcess server, HttpClient client, String expert) implements Running {

    @Override
    public Link connect() {
        return WeirLink.connect(server.url());
    }

    @Override
    public long pid() {
        return server.pid();
    }

    Scrape scrape() throws IOException, InterruptedException {
        return Scrape.of(client, server.admin());
    }

    @Override
    public OptionalDouble windows() throws IOException, InterruptedException {
        return OptionalDouble.of(scrape().value("weir_batch_rows_sum{expert=\"" + expert + "\"}"));
    }

    @Override
    public void close() {
        server.close();
    }
}
