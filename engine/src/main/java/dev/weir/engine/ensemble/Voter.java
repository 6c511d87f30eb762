package dev.weir.engine.ensemble;

import dev.weir.models.Category;
import java.util.List;

/**
 * An expert as it takes part in one text: what its votes are about, and who it is.
 *
 * @param categories in the order of its votes
 */
public record Voter(String name, String version, List<Category> categories) {

    public Voter {
        categories = List.copyOf(categories);
    }
}
