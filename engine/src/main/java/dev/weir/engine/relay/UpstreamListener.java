package dev.weir.engine.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/** Whoever asked the upstream. On the event loop it asked from; nothing follows an end, a failure, or its cancelling. */
interface UpstreamListener {

    void head(HttpResponse head);

    /** @param bytes decompressed; valid during the call */
    void body(ByteBuf bytes);

    /** What was read for now has been told. */
    void pause();

    void end();

    void failed(UpstreamFailure why);
}
