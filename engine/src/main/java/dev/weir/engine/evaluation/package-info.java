/**
 * How good the decisions are, from labelled texts: plain statistics over what a stream reported. No actor, no model and
 * no clock; whoever runs the texts hands in {@link dev.weir.engine.evaluation.Judged}s.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.evaluation;
