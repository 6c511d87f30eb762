package dev.weir.engine.admin;

import akka.actor.typed.ActorRef;
import dev.weir.engine.adaptation.WeightsLearner;
import dev.weir.engine.calibration.StopThresholds;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.live.LiveStreams;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the admin port shows and changes.
 *
 * @param ready whether the models are loaded and warm and the server is not draining; asked from the port's thread
 * @param learner of the weights
 * @param ensemble who scores now
 * @param policies with their stop thresholds as configured, by name
 * @param defaultPolicy of streams that name none
 */
public record AdminSources(
        PrometheusMeterRegistry registry,
        BooleanSupplier ready,
        ActorRef<WeightsLearner.Command> learner,
        Supplier<EnsembleSnapshot> ensemble,
        LiveStreams live,
        Ledger ledger,
        Supplier<Map<String, StopThresholds>> policies,
        Supplier<String> defaultPolicy,
        Clock clock) {}
