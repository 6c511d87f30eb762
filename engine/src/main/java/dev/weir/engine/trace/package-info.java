/** What a stream was decided from, kept compactly, and the decisions taken from it again. */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.trace;
