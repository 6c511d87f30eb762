package dev.weir.engine.stream;

import akka.actor.typed.ActorRef;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.models.TokenRow;
import dev.weir.models.WindowRow;

/**
 * What all rows of one lane share.
 *
 * @param lane its number in the stream
 * @param held whether a reader waits for the verdict
 */
record RowTemplate(int lane, boolean held, ActorRef<ExpertSession.Reply> replyTo) {

    ExpertSession.TokensRow tokens(TokenRow row) {
        return new ExpertSession.TokensRow(row, lane, held, System.nanoTime(), replyTo);
    }

    ExpertSession.WindowedRow window(WindowRow row) {
        return new ExpertSession.WindowedRow(row, lane, held, System.nanoTime(), replyTo);
    }
}
