package dev.weir.engine.admin;

import dev.weir.engine.http.Problem;
import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that is not carried out. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    /** @param detail why, in one sentence */
    Refusal(HttpResponseStatus status, String detail) {
        super(detail);
        this.problem = new Problem(status, "refused", detail);
    }

    static Refusal badRequest(String detail) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, detail);
    }

    Problem problem() {
        return problem;
    }
}
