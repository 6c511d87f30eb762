/**
 * Whether what should be stopped is stopped, whichever way it comes: canaries are sent through every route and channel of
 * a server, like any client's text, and harmless text beside them.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.engine.doctor;
