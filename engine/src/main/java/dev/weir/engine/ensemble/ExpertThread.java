package dev.weir.engine.ensemble;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import akka.dispatch.DispatcherConfigurator;
import akka.dispatch.Dispatchers;

/**
 * The thread that an expert's batcher and its only session share. While the session runs the batcher has nothing to do but
 * let rows gather, so on a thread of its own it would be woken for each row and wake the session in turn.
 */
final class ExpertThread {

    private static final String TEMPLATE = "weir.expert-dispatcher";

    private ExpertThread() {}

    /** The same for the same expert. */
    static DispatcherSelector of(String expert, ActorSystem<?> system) {
        String id = TEMPLATE + "-" + expert;
        Dispatchers dispatchers = Adapter.toClassic(system).dispatchers();
        if (!dispatchers.hasDispatcher(id)) {
            dispatchers.registerConfigurator(
                    id,
                    new DispatcherConfigurator(
                            dispatchers.config(id, system.settings().config().getConfig(TEMPLATE)),
                            dispatchers.prerequisites()));
        }
        return DispatcherSelector.fromConfig(id);
    }
}
