package dev.weir.engine;

import dev.weir.engine.relay.FakeUpstream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** For all tests of a class: an upstream of ours, a whole server that relays to it, and a client of that. */
final class RunningRelay implements BeforeAllCallback, AfterAllCallback {

    final FakeUpstream upstream = new FakeUpstream();
    final RelayClient client = new RelayClient(() -> server().port());

    private final String settings;
    private @Nullable Server server;

    /** @param settings that go before those of a server that relays */
    RunningRelay(String settings) {
        this.settings = settings;
    }

    Server server() {
        if (server == null) {
            throw new IllegalStateException("not before the tests begin");
        }
        return server;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws StartException {
        server = RelayTest.server(upstream, settings);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client.close();
        if (server != null) {
            server.close();
        }
        upstream.close();
    }
}
