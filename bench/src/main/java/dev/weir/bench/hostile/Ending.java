package dev.weir.bench.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How a server got rid of a client: what it answered, until it hung up. */
final class Ending {

    static final String UNANSWERED = "hung up on";

    private static final int MOST_READ = 1 << 16;
    private static final String SWITCHED = "101";

    private Ending() {}

    /** Reads until the server hangs up. */
    static String read(InputStream in) {
        return read("", in);
    }

    /** The same, of one that has said something before. */
    static String read(String before, InputStream in) {
        StringBuilder said = new StringBuilder(before);
        byte[] some = new byte[4_096];
        try {
            for (int length = in.read(some); length >= 0 && said.length() < MOST_READ; length = in.read(some)) {
                said.append(new String(some, 0, length, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException e) {
            return "not hung up on in time";
        } catch (IOException e) {
            // reset: what came before stands
        }
        return of(said.toString());
    }

    static String of(String said) {
        if (!said.startsWith("HTTP/1.1 ") || said.length() < 12) {
            return UNANSWERED;
        }
        String status = said.substring(9, 12);
        return status.equals(SWITCHED) ? closed(said.substring(said.indexOf("\r\n\r\n") + 4)) : status;
    }

    /** By the close frame, which is the last. */
    private static String closed(String frames) {
        int at = 0;
        while (at + 1 < frames.length()) {
            int opcode = frames.charAt(at) & 0xF;
            int length = frames.charAt(at + 1) & 0x7F;
            if (opcode == 8 && at + 3 < frames.length()) {
                return String.format(Locale.ROOT, "closed with %d", frames.charAt(at + 2) << 8 | frames.charAt(at + 3));
            }
            at += 2 + length; // pings and short messages: none of ours is longer than 125 bytes
        }
        return "reset as a WebSocket";
    }
}
