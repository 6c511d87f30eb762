/** A server's rehearsal before it is ready: real streams over a real socket, of which nothing is kept. */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.warmup;
