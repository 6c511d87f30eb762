package dev.weir.engine.stream;

import dev.weir.engine.access.Allotment;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.CascadeSettings;
import dev.weir.engine.ensemble.EnsembleSnapshot;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.live.LiveStream;
import dev.weir.engine.telemetry.Telemetry;
import dev.weir.engine.trace.TraceSettings;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.Mode;

/**
 * What a stream is opened with and keeps for its life.
 *
 * @param isUnattended see {@link StreamSupervisor.Open}
 * @param tenant whose it is
 * @param allotment of the tenant
 * @param mode asked for, or the policy's
 * @param identity over all connections of the stream
 * @param resumeToken that brings it back
 * @param keepsText whether the ledger is to have its text
 * @param live told how it goes, and when it is over
 */
record StreamContext(
        ClientMessage.OpenStream request,
        boolean isUnattended,
        String tenant,
        Allotment allotment,
        StreamListener listener,
        Backlog backlog,
        StreamSettings settings,
        Policy policy,
        Mode mode,
        EnsembleSnapshot ensemble,
        CascadeSettings cascade,
        ResumeTokens.Identity identity,
        String resumeToken,
        Conversations conversations,
        Ledger ledger,
        TraceSettings traces,
        boolean keepsText,
        LiveStream live,
        Telemetry telemetry) {}
