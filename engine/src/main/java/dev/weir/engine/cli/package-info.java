/** The command line: each command reads its options, starts an engine or a server, and says what came of it. */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.cli;
