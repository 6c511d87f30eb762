/** Clients that mean harm, and what becomes of them and of those beside them. */
@org.jspecify.annotations.NullMarked
package dev.weir.bench.hostile;
