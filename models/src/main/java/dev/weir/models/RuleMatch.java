package dev.weir.models;

/**
 * A rule found in the text, final: no later character makes it longer, shorter or unsaid.
 *
 * @param start first raw code point of the match
 * @param end one past its last
 * @param decidedAt length of the text at which it became final, the same however the text was cut
 */
public record RuleMatch(Rule rule, int start, int end, int decidedAt) {}
