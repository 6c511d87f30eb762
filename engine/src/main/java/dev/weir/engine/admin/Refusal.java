package dev.weir.engine.admin;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that is not carried out, and what is answered. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Answer answer;

    /** @param detail why, in one sentence */
    Refusal(Answer answer, String detail) {
        super(detail);
        this.answer = answer;
    }

    Refusal(HttpResponseStatus status, String detail) {
        this(Answer.problem(status, detail), detail);
    }

    static Refusal badRequest(String detail) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, detail);
    }

    Answer answer() {
        return answer;
    }
}
