package dev.weir.engine.stream;

import dev.weir.engine.expert.Asker;
import dev.weir.engine.expert.ExpertSession;
import dev.weir.engine.overload.Urgency;
import dev.weir.models.TokenRow;
import dev.weir.models.WindowRow;

/**
 * What all rows of one lane share.
 *
 * @param lane its number in the stream
 */
record RowTemplate(int lane, Asker asker) {

    ExpertSession.TokensRow tokens(TokenRow row, Urgency urgency) {
        return new ExpertSession.TokensRow(row, lane, urgency, System.nanoTime(), asker);
    }

    ExpertSession.WindowedRow window(WindowRow row, Urgency urgency) {
        return new ExpertSession.WindowedRow(row, lane, urgency, System.nanoTime(), asker);
    }
}
