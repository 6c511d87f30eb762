package dev.weir.engine.telemetry;

import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import org.jspecify.annotations.Nullable;

/** Tells where a stream's time went to whoever traces requests through many servers. Safe from any thread. */
public interface Spans extends AutoCloseable {

    /** Nobody is told. */
    Spans NONE = new Spans() {
        @Override
        public StreamSpan begin(Stream stream) {
            return StreamSpan.NONE;
        }

        @Override
        public void close() {}
    };

    /**
     * A stream that begins.
     *
     * @param request as the client made it
     * @param parent of whoever asks for the stream; what {@code request.meta} names comes before it
     * @param uid of the stream over all its connections
     * @param policy name and version
     * @param weights version
     */
    record Stream(
            OpenStream request,
            @Nullable ParentSpan parent,
            String tenant,
            String uid,
            String policy,
            Mode mode,
            long weights) {}

    StreamSpan begin(Stream stream);

    /** Sends what waits, within the time that sending may take. */
    @Override
    void close();
}
