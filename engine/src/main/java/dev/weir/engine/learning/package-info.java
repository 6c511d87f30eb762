/**
 * How far each expert deserves to be trusted, learned from reviewed labels: the mathematics, without an actor, a clock or
 * a thread of its own. The same labels in the same order give the same bits, so what was learned can be rebuilt from a
 * ledger.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.learning;
