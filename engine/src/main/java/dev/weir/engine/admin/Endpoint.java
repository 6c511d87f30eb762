package dev.weir.engine.admin;

import java.util.concurrent.CompletionStage;

/** Serves one route. Called on the port's thread, and does not block. */
@FunctionalInterface
interface Endpoint {

    /** @return completed once, from any thread; with {@link IllegalArgumentException} or {@link Refusal} for what is refused */
    CompletionStage<Answer> serve(AdminRequest request) throws Refusal;
}
