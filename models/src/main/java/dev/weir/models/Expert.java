package dev.weir.models;

import java.util.List;

/**
 * One source of votes, loaded from its folder. What an expert reads and what it costs differ by kind; what it votes on
 * is its list of categories, in the order of its votes.
 */
public sealed interface Expert permits BatchedExpert, LexiconExpert, NgramExpert {
    String name();

    String version();

    List<Category> categories();

    /** Whether it votes on texts of this role. */
    boolean reads(Role role);

    /** BCP 47 codes of the languages it was made for, or {@link RecentLanguages#ANY}. */
    List<String> languages();
}
