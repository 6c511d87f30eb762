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
        Patience firstHead, Patience body, Patience nextHead, Duration slowReader, int maxBodyBytes) {

    /**
     * How long is waited for what somebody began to say.
     *
     * @param most above 0
     * @param setting that says so, such as {@code weir.gateway.body-timeout}
     */
    public record Patience(Duration most, String setting) {

        /** As those read it for whom it was too short. */
        @Override
        public String toString() {
            String length = most.toMillisPart() == 0 ? most.toSeconds() + " s" : most.toMillis() + " ms";
            return "within " + length + ", see " + setting;
        }
    }
}
