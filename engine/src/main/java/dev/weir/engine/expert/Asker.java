package dev.weir.engine.expert;

import dev.weir.engine.access.Allotment;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A text as its rows know it: who is answered and where, whose it is, who it takes turns
 * with, and whether that is still wanted.
 */
public final class Asker {

    private final Consumer<ExpertSession.Reply> onReply;
    private final Allotment tenant;
    private final Object source;
    private final Executor thread;
    private volatile boolean gone;

    /**
     * @param onReply called on {@code thread}
     * @param tenant what its tenant has of the server, one for each
     * @param source the same for all texts of a tenant that share one turn, such as those of one connection
     * @param thread runs tasks in their order; the answers of one run that go to one thread are one task
     */
    public Asker(Consumer<ExpertSession.Reply> onReply, Allotment tenant, Object source, Executor thread) {
        this.onReply = onReply;
        this.tenant = tenant;
        this.source = source;
        this.thread = thread;
    }

    public Allotment tenant() {
        return tenant;
    }

    public Object source() {
        return source;
    }

    Executor thread() {
        return thread;
    }

    void answer(ExpertSession.Reply reply) {
        onReply.accept(reply);
    }

    /** Nothing is done any more with what its rows are answered. */
    public void leave() {
        gone = true;
    }

    public boolean isGone() {
        return gone;
    }
}
