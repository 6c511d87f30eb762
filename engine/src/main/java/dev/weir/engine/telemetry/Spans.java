package dev.weir.engine.telemetry;

import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.Mode;
import java.net.URI;
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
        public RequestSpan begin(Request request) {
            return RequestSpan.none(request.parent());
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

    /**
     * A request to relay that begins.
     *
     * @param operation as the conventions name it: {@code chat} or {@code text_completion}
     * @param model that is asked for; empty for none
     * @param choices that are asked for
     * @param id of the reply
     * @param upstream that is asked
     */
    record Request(
            String operation,
            String model,
            int choices,
            @Nullable ParentSpan parent,
            String tenant,
            String id,
            URI upstream) {}

    StreamSpan begin(Stream stream);

    RequestSpan begin(Request request);

    /** Sends what waits, within the time that sending may take. */
    @Override
    void close();
}
