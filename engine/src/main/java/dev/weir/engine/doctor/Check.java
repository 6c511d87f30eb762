package dev.weir.engine.doctor;

import dev.weir.protocol.Mode;
import org.jspecify.annotations.Nullable;

/**
 * One way that harm could take.
 *
 * @param mode asked for; null for what the server's policy says, where a client cannot ask
 */
record Check(Route route, Part part, @Nullable Mode mode) {

    /**
     * What is to be made of two texts that were sent this way.
     *
     * @param canary what became of the one that is to be caught
     * @param control what became of the harmless one
     * @param standing mode of streams that ask for none
     */
    Finding judge(Passage canary, Passage control, Mode standing) {
        // Who only watches has to be asked on the socket; where text is passed on, watching protects nobody.
        Mode inForce = mode != null ? mode : standing == Mode.GATE ? Mode.GATE : Mode.STREAM;
        for (Passage each : new Passage[] {canary, control}) {
            if (each.end() == Passage.End.OFF) {
                return finding(Status.OFF, each.detail());
            }
            if (each.end() == Passage.End.FAILED) {
                return finding(Status.UNREACHABLE, each.detail());
            }
        }
        if (!isCaught(canary, inForce)) {
            return finding(Status.UNPROTECTED, "the canary came through (" + canary.detail() + ")");
        }
        if (!isLetThrough(control, inForce)) {
            return finding(Status.BLOCKED, "harmless text did not come through as it is (" + control.detail() + ")");
        }
        return finding(Status.PROTECTED, "");
    }

    private boolean isCaught(Passage canary, Mode inForce) {
        boolean stopped = canary.end() == Passage.End.STOPPED;
        boolean seen = canary.shown().contains(part.canary().secret());
        if (route == Route.MODERATIONS || inForce == Mode.MONITOR) {
            return canary.isReported() || stopped;
        }
        if (part.canary().isRedacted()) {
            return !seen || inForce == Mode.STREAM && (stopped || canary.isReported());
        }
        return stopped && (!seen || inForce == Mode.STREAM);
    }

    private boolean isLetThrough(Passage control, Mode inForce) {
        if (route == Route.MODERATIONS || inForce == Mode.MONITOR) {
            return control.end() == Passage.End.PASSED && !control.isReported();
        }
        return control.end() == Passage.End.PASSED && control.shown().equals(Canary.BENIGN.text());
    }

    private Finding finding(Status status, String detail) {
        return new Finding(
                route.title(), part.title(), mode == null ? Finding.NO_MODE : mode.wireName(), status, detail);
    }
}
