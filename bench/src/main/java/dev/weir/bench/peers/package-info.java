/**
 * Weir beside what a user would pick instead: the same network, machine and traffic in one run.
 *
 * <p>A {@code Contestant} is a server and what it does; {@code Lineup} starts it as a process, {@code Link} speaks to it,
 * {@code Places} plays texts to it on a schedule, and a {@code Round} is what one of its turns cost.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.bench.peers;
