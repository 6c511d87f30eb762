package dev.weir.engine.access;

/** What somebody was let in with, so that it can be asked later whether it is still good. Holds nothing secret. */
sealed interface Pass {

    /** No credential was asked for. */
    record Nothing() implements Pass {}

    record Key(String id, String hash) implements Pass {}

    record Certificate(String subject) implements Pass {}

    /** @param untilMillis since the epoch, the clocks' difference allowed for */
    record Token(long untilMillis) implements Pass {}
}
