package dev.weir.engine.admin;

import java.util.concurrent.CompletionStage;

/** What one route of the admin port does. Called on the port's thread, and does not block. */
@FunctionalInterface
interface Task {

    /** @return completed once, from any thread; with {@link IllegalArgumentException} or {@link Refusal} for what is refused */
    CompletionStage<Answer> carryOut(AdminRequest request) throws Refusal;
}
