package dev.weir.engine.relay;

import io.netty.buffer.ByteBuf;

/** What becomes of the upstream's answer. On the event loop of its exchange. */
interface Reply {

    /** The next bytes; valid during the call. */
    void take(ByteBuf bytes);

    /** What was there has been taken. */
    void pause();

    /** Nothing follows. */
    void end();

    /** More of a text may be shown, or it is over. */
    void moved(ModeratedText text);

    /** It cannot be gone on with; what was shown stays. */
    void fail(RelayError why);
}
