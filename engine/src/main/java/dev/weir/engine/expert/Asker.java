package dev.weir.engine.expert;

import akka.actor.typed.ActorRef;

/** A text as its rows know it: who is answered, who it takes turns with, and whether the answers are still wanted. */
public final class Asker {

    private final ActorRef<ExpertSession.Reply> replyTo;
    private final Object source;
    private volatile boolean gone;

    /** @param source the same for all texts that share one turn, such as those of one connection */
    public Asker(ActorRef<ExpertSession.Reply> replyTo, Object source) {
        this.replyTo = replyTo;
        this.source = source;
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
