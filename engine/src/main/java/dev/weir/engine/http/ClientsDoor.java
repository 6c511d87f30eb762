package dev.weir.engine.http;

import dev.weir.engine.access.Access;
import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Admission.Reason;
import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;

/**
 * Lets in who has a scope, and nobody without: a route that asks for none is closed here. Talks to OpenAI's clients.
 *
 * <p>A page of another site may ask if it is one of {@code weir.access.origins}, and is told so in the words of the Fetch
 * standard (CORS), without which its browser would show it nothing. What browsers add of themselves, cookies and client
 * certificates, is never asked for so: a page shows the key it was given.
 */
final class ClientsDoor implements Door {

    private static final String BROWSERS_REMEMBER_SECONDS = "600";

    private final Access access;

    ClientsDoor(Access access) {
        this.access = access;
    }

    @Override
    public Optional<Problem> bars(HttpHeaders headers) {
        return allowsPage(headers)
                ? Optional.empty()
                : Optional.of(new Problem(
                        HttpResponseStatus.FORBIDDEN,
                        "forbidden",
                        "the page that asks is not of this server (expected: one of weir.access.origins)"));
    }

    private boolean allowsPage(HttpHeaders headers) {
        return access.allowsPage(headers.get(HttpHeaderNames.ORIGIN), headers.get(HttpHeaderNames.HOST));
    }

    @Override
    public Admission admit(Channel channel, HttpHeaders headers, Route route) {
        if (route.scope().isEmpty()) {
            return new Admission.Refused(Reason.FORBIDDEN, "nobody may ask this here");
        }
        Admission admission =
                access.admit(Credentials.of(channel, headers), route.scope().get());
        return admission instanceof Admission.Admitted admitted && headers.contains(CANARY)
                ? ofCanaries(admitted.caller())
                : admission;
    }

    /** What is marked leaves no trace, so not everybody may mark it. */
    private static Admission ofCanaries(Caller caller) {
        return caller.has(Scope.ADMIN)
                ? new Admission.Admitted(caller.ofCanaries())
                : new Admission.Refused(Reason.FORBIDDEN, CANARY + " takes a credential with the scope admin");
    }

    @Override
    public Problem problem(Admission.Refused refused) {
        return Problem.of(refused, "Bearer realm=\"weir\"");
    }

    @Override
    public FullHttpResponse say(Problem problem) {
        return HttpAnswer.error(problem.status(), problem.code(), problem.message());
    }

    @Override
    public void mark(HttpHeaders asked, HttpHeaders answer) {
        String origin = asked.get(HttpHeaderNames.ORIGIN);
        if (origin == null) {
            return;
        }
        answer.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        if (!allowsPage(asked)) {
            return;
        }
        answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "*");
        String methods = answer.get(HttpHeaderNames.ALLOW);
        if (methods != null && asked.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
            String headers = asked.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS, "authorization, content-type");
            answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, methods)
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, headers)
                    .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, BROWSERS_REMEMBER_SECONDS);
        }
    }
}
