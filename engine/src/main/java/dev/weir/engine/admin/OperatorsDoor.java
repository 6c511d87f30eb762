package dev.weir.engine.admin;

import dev.weir.engine.access.Access;
import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Admission.Reason;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Credential;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.Audit;
import dev.weir.engine.http.Credentials;
import dev.weir.engine.http.Door;
import dev.weir.engine.http.Problem;
import dev.weir.engine.http.Route;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.Optional;

/**
 * Lets in whoever has the scope, which a browser may show as a password; and anybody to what is open. Which pages may ask
 * is up to each {@link Operation}.
 *
 * @param crowded whether this connection is one too many, so that it is told how the server is and nothing else
 */
record OperatorsDoor(Access access, boolean crowded) implements Door {

    @Override
    public Optional<Problem> bars(HttpHeaders headers) {
        return Optional.empty();
    }

    @Override
    public Admission admit(Channel channel, HttpHeaders headers, Route route) {
        if (route.scope().isEmpty()) {
            return new Admission.Admitted(Caller.ANYBODY);
        }
        if (crowded) {
            return new Admission.Refused(
                    Reason.NOT_YET, "too many connections (expected: fewer, see weir.admin.max-connections)");
        }
        if (route.path().equals(Operations.METRICS) && access.opensMetrics()) {
            return new Admission.Admitted(Caller.ANYBODY);
        }
        Admission admission = admit(
                Credentials.orPassword(channel, headers), route, route.scope().get());
        if (admission instanceof Admission.Refused refused) {
            Audit.refused(refused, route.method() + " " + route.path());
        }
        return admission;
    }

    /** Whoever may change how the server decides may see what it decided. */
    private Admission admit(Credential credential, Route route, Scope needed) {
        Admission admission = access.admit(credential, needed);
        return admission instanceof Admission.Refused
                        && needed == Scope.REVIEW
                        && !route.changes()
                        && access.admit(credential, Scope.ADMIN) instanceof Admission.Admitted admin
                ? admin
                : admission;
    }

    @Override
    public Problem problem(Admission.Refused refused) {
        return crowded
                ? new Problem(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "too_many_connections",
                        refused.message(),
                        Map.of(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE.toString()))
                : Problem.of(refused, "Bearer realm=\"weir\", Basic realm=\"weir\"");
    }

    @Override
    public FullHttpResponse say(Problem problem) {
        return Answer.problem(problem).response();
    }

    @Override
    public void mark(HttpHeaders asked, HttpHeaders answer) {
        answer.set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
                .set("Referrer-Policy", "no-referrer")
                .set("Cross-Origin-Resource-Policy", "same-origin");
    }
}
