package dev.weir.models;

import java.util.ArrayList;
import java.util.List;

/**
 * Shapes that runs are padded to: each of {@code rows} with each of {@code tokens}. On a GPU every new shape costs a
 * search for kernels and more of the arena, and its first run is slow by far; a few shapes, warmed before the first
 * stream, keep that out of the way of text. On a CPU padding costs as much as text, so there runs are as long as their
 * rows.
 *
 * @param rows ascending; empty for as many as there are
 * @param tokens ascending; empty for the length of the longest row
 */
public record RunShapes(List<Integer> rows, List<Integer> tokens) {

    /** Nothing is padded but the shorter rows of a run. */
    public static final RunShapes EXACT = new RunShapes(List.of(), List.of());

    public RunShapes {
        rows = List.copyOf(rows);
        tokens = List.copyOf(tokens);
    }

    /** Rows of the run that {@code count} rows get; {@code most} is the largest there can be. */
    public int rows(int count, int most) {
        return padded(rows, count, most);
    }

    /** Tokens of each row of the run when its longest has {@code count}; {@code most} is the largest there can be. */
    public int tokens(int count, int most) {
        return padded(tokens, count, most);
    }

    private static int padded(List<Integer> sizes, int count, int most) {
        for (int size : sizes) {
            if (size >= count) {
                return Math.min(size, most);
            }
        }
        return sizes.isEmpty() ? count : most;
    }

    /** Tokens that a run of so many rows computes, counted with padding. */
    public int paddedTokens(int rowCount, int longest) {
        return rows(rowCount, Math.max(rowCount, largest(rows))) * tokens(longest, Math.max(longest, largest(tokens)));
    }

    private static int largest(List<Integer> sizes) {
        return sizes.isEmpty() ? 0 : sizes.getLast();
    }

    /** Those of {@code sizes} that an expert can have: the last is {@code most}. */
    static List<Integer> upTo(List<Integer> sizes, int most) {
        List<Integer> possible = new ArrayList<>();
        for (int size : sizes) {
            if (size < most) {
                possible.add(size);
            }
        }
        possible.add(most);
        return possible;
    }
}
