/**
 * Reads what reviewers said from the ledger, learns from it how far to trust each expert, and publishes what the cage lets
 * out. Never in the way of a stream: one actor on a thread where waiting is allowed.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.adaptation;
