package dev.weir.models;

/** Takes matches as they become final, in order of {@link RuleMatch#decidedAt()}. */
public interface MatchSink {
    void match(RuleMatch match);
}
