/**
 * The doors that OpenAI's clients know: their requests go on to the configured upstream, and of its reply they get what
 * may be shown.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.relay;
