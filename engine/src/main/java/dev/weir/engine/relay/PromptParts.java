package dev.weir.engine.relay;

import dev.weir.protocol.ClientMessage.OpenStream;
import dev.weir.protocol.PromptMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a prompt into as many as one stream takes each, newest last. A message that is cut is repeated a little, so that
 * what stands across the cut is read whole.
 */
final class PromptParts {

    private static final int MOST = OpenStream.MAX_PROMPT_CODE_POINTS;
    private static final int REPEATED = 512;

    private PromptParts() {}

    static List<List<PromptMessage>> of(List<PromptMessage> messages) {
        List<List<PromptMessage>> parts = new ArrayList<>();
        List<PromptMessage> part = new ArrayList<>();
        int room = MOST;
        // From the newest, which is what the reply is read with, to the oldest.
        for (PromptMessage message : messages.reversed()) {
            String text = message.content();
            int length = text.codePointCount(0, text.length());
            if (length > room && !part.isEmpty()) {
                parts.addFirst(part.reversed());
                part = new ArrayList<>();
                room = MOST;
            }
            while (length > MOST) {
                int from = text.offsetByCodePoints(0, length - MOST);
                parts.addFirst(List.of(new PromptMessage(message.role(), text.substring(from))));
                length = length - MOST + REPEATED;
                text = text.substring(0, text.offsetByCodePoints(0, length));
            }
            part.add(new PromptMessage(message.role(), text));
            room -= length;
        }
        if (!part.isEmpty()) {
            parts.addFirst(part.reversed());
        }
        return parts;
    }

    /** The end of a prompt, at most so many code points of it. */
    static List<PromptMessage> end(List<PromptMessage> messages, int most) {
        List<PromptMessage> end = new ArrayList<>();
        int room = most;
        for (PromptMessage message : messages.reversed()) {
            String text = message.content();
            int length = text.codePointCount(0, text.length());
            if (room == 0) {
                break;
            }
            int from = length <= room ? 0 : text.offsetByCodePoints(0, length - room);
            end.add(new PromptMessage(message.role(), text.substring(from)));
            room -= Math.min(room, length);
        }
        return end.reversed();
    }
}
