package dev.weir.engine.http;

import java.time.Duration;

/**
 * How long the peer of an HTTP connection may take, and what all peers of a port may send together.
 *
 * @param firstHead from accepting it to the end of its first request's head
 * @param body from the end of a head to the end of its body
 * @param nextHead from the end of an answer to the end of the next request's head
 * @param slowReader for what it is sent and does not read, beyond the high-water mark
 * @param maxBodyBytes of all bodies that are on their way in at once
 */
public record HttpSettings(
        Duration firstHead, Duration body, Duration nextHead, Duration slowReader, int maxBodyBytes) {}
