package dev.weir.engine.admin;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that is not carried out, and why in one sentence. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final transient HttpResponseStatus status;

    Refusal(HttpResponseStatus status, String detail) {
        super(detail);
        this.status = status;
    }

    static Refusal badRequest(String detail) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, detail);
    }

    Answer answer() {
        return Answer.problem(status, String.valueOf(getMessage()));
    }
}
