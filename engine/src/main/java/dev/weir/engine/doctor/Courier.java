package dev.weir.engine.doctor;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Sends a text to the server, and says what became of it. Blocks. */
interface Courier {

    /** @param canary the one of the check, or the harmless one */
    Passage send(Check check, Canary canary) throws IOException, InterruptedException, TimeoutException;
}
