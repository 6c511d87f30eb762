package dev.weir.engine.http;

import dev.weir.engine.access.Access;
import dev.weir.engine.access.Admission;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/**
 * What the ports of a server differ in: who comes in, and how everybody is talked to. Every request of a port comes
 * through its door, whatever it asks for. Thread-safe.
 */
public interface Door {

    /** A header that marks what is sent as a canary; its value says which. */
    String CANARY = "x-weir-canary";

    static Door ofClients(Access access) {
        return new ClientsDoor(access);
    }

    /** Why nothing is served to whoever sends this head, whoever he is and whatever he asks for; empty where all is. */
    Optional<Problem> bars(HttpHeaders headers);

    /** Who asks, or that he may not. */
    Admission admit(Channel channel, HttpHeaders headers, Route route);

    /** What somebody is told who was not let in. */
    Problem problem(Admission.Refused refused);

    /** Says it in this port's words. */
    FullHttpResponse say(Problem problem);

    /**
     * Adds what each answer of this port has in its head.
     *
     * @param asked the head that is answered
     */
    void mark(HttpHeaders asked, HttpHeaders answer);
}
