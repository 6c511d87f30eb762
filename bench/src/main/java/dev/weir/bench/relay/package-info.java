/** Replies of a paced upstream, read directly and through the relay. */
@org.jspecify.annotations.NullMarked
package dev.weir.bench.relay;
