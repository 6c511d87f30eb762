package dev.weir.bench.peers;

import dev.weir.protocol.ClientSettings;
import dev.weir.protocol.Mode;
import dev.weir.protocol.ModeratedStream;
import dev.weir.protocol.Outcome;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.net.URI;

/** To Weir, by its client. Streams are in monitor mode: like a peer's they are scored to their end, whatever is in them. */
record WeirLink(WeirClient client) implements Link {

    static WeirLink connect(URI url) {
        return new WeirLink(WeirClient.connect(url, ClientSettings.defaults())
                .toCompletableFuture()
                .join());
    }

    @Override
    public Line open(Answers answers) {
        ModeratedStream stream = client.open(StreamOptions.defaults().withMode(Mode.MONITOR), message -> {
            if (message instanceof ServerMessage.Released released) {
                answers.covered(released.through());
            }
        });
        stream.outcome().thenAccept(outcome -> {
            if (outcome instanceof Outcome.Ended ended) {
                answers.covered(ended.message().through());
            }
            answers.over(outcome instanceof Outcome.Failed);
        });
        return new Line() {
            @Override
            public void send(String piece) {
                stream.send(piece);
            }

            @Override
            public void end() {
                stream.end();
            }
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
