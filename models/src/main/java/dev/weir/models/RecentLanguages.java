package dev.weir.models;

import java.util.List;

/**
 * The languages a text was last written in: those of its latest blocks of {@value LanguageRecognizer#BLOCK} letters,
 * at most {@value LanguageRecognizer#MOST_BLOCKS}, oldest first.
 */
public record RecentLanguages(List<String> blocks) {

    /** In a manifest: an expert that reads whatever it is given. BCP 47's code for several languages. */
    public static final String ANY = "mul";

    public RecentLanguages {
        blocks = List.copyOf(blocks);
    }

    /**
     * Whether a reader of these languages can follow. It changes where all blocks but one agree, so one quoted line
     * changes nothing, nor does a text whose first two blocks do not agree.
     *
     * @param languages BCP 47 codes, or {@link #ANY}
     * @param before whether it could before the last block
     */
    public boolean areReadBy(List<String> languages, boolean before) {
        if (blocks.size() < LanguageRecognizer.FEWEST_BLOCKS || languages.contains(ANY)) {
            return before;
        }
        long read = blocks.stream().filter(languages::contains).count();
        long agreeing = before ? blocks.size() - read : read;
        int enough = blocks.size() == LanguageRecognizer.MOST_BLOCKS ? blocks.size() - 1 : blocks.size();
        return (agreeing >= enough) != before;
    }
}
