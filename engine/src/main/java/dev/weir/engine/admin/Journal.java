package dev.weir.engine.admin;

import dev.weir.engine.access.Caller;
import dev.weir.engine.access.Scope;
import dev.weir.engine.http.Audit;
import dev.weir.engine.http.Route;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.OperatorAction;
import java.time.Clock;
import java.util.Optional;

/** Who changed what: a line of the audit, and an entry of the ledger, which cannot be taken back unseen. Thread-safe. */
record Journal(Ledger ledger, Clock clock) {

    /** @param status what he was told */
    void done(Caller caller, Route route, int status) {
        String action = route.method() + " " + route.path();
        Audit.done(caller, action, status);
        if (!route.scope().equals(Optional.of(Scope.REVIEW))) { // a review is an entry of its own
            ledger.acted(new OperatorAction(caller.who(), action, Integer.toString(status), clock.millis()));
        }
    }
}
