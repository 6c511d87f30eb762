/** The server under load as its operating system, its JVM and its metrics see it. */
@org.jspecify.annotations.NullMarked
package dev.weir.bench.server;
