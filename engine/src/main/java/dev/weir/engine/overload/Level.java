package dev.weir.engine.overload;

/** How far the server is from scoring everything in time; each level allows what those before it do. */
public enum Level {
    /** Decisions depend on the text alone. */
    NORMAL,
    /** A position whose text a later window still covers may be left to that one. */
    COARSE,
    /** A windowed expert that no policy of the stream requires may leave a span of text unread. */
    ASLEEP,
    /** New streams are refused; open ones go on. */
    REFUSING
}
