package dev.weir.models;

/** An expert that a native session runs for the rows of many streams at once. */
public sealed interface BatchedExpert extends Expert permits StreamingExpert, WindowedExpert {
    /** Most rows of one run. */
    int maxBatch();
}
