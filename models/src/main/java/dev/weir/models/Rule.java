package dev.weir.models;

import org.jspecify.annotations.Nullable;

/**
 * One entry of the lexicon.
 *
 * @param id stable name, safe to log
 * @param vote {@link Vote} cast when it matches
 * @param replacement what a policy may put in its place, e.g. {@code [card number]}; null for a phrase, which is never
 *     redacted
 * @param maxLength longest match in raw code points
 */
public record Rule(
        String id, Category category, byte vote, @Nullable String replacement, int maxLength) {}
