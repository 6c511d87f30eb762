/** The load client: traffic decided beforehand, lean sockets, and what came back. One thread of its own does it all. */
@org.jspecify.annotations.NullMarked
package dev.weir.bench.load;
