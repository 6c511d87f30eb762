package dev.weir.engine.expert;

import akka.actor.typed.ActorRef;
import dev.weir.engine.access.Allotment;

/** A text as its rows know it: who is answered, whose it is, who it takes turns with, and whether the answers are wanted. */
public final class Asker {

    private final ActorRef<ExpertSession.Reply> replyTo;
    private final Allotment tenant;
    private final Object source;
    private volatile boolean gone;

    /**
     * @param tenant what its tenant has of the server, one for each
     * @param source the same for all texts of a tenant that share one turn, such as those of one connection
     */
    public Asker(ActorRef<ExpertSession.Reply> replyTo, Allotment tenant, Object source) {
        this.replyTo = replyTo;
        this.tenant = tenant;
        this.source = source;
    }

    public Allotment tenant() {
        return tenant;
    }

    public Object source() {
        return source;
    }

    ActorRef<ExpertSession.Reply> replyTo() {
        return replyTo;
    }

    /** Nothing is done any more with what its rows are answered. */
    public void leave() {
        gone = true;
    }

    public boolean isGone() {
        return gone;
    }
}
