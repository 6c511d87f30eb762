package dev.weir.engine.http;

import dev.weir.engine.access.Admission;
import dev.weir.engine.access.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators did, or were not let do, one line of the log each: who, what, and what came of it. Never what was sent. */
public final class Audit {

    private static final Logger log = LoggerFactory.getLogger("dev.weir.audit");

    /** Who did it, where nobody asked by name. */
    public static final String SETTINGS = "whoever may write the settings";

    private Audit() {}

    /** @param action such as {@code POST /v1/weights/freeze} */
    public static void done(Caller caller, String action, int status) {
        log.info("{}: {} -> {}", plain(caller.who()), plain(action), status);
    }

    /** @param changed the blocks of the settings that are in force anew */
    public static void reloaded(String changed) {
        log.info("{}: reload -> {}", SETTINGS, changed);
    }

    public static void refused(Admission.Refused refused, String action) {
        log.warn("refused {}: {} ({})", plain(refused.who()), plain(action), refused.message());
    }

    /** Names come from tokens, and paths from anybody: no line of the log is made up by them. */
    private static String plain(String name) {
        return name.length() > 256 ? plain(name.substring(0, 256)) : name.replaceAll("[^ -~]", "?");
    }
}
