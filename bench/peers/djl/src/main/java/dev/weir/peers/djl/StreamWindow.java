package dev.weir.peers.djl;

import java.util.ArrayDeque;

/** The last frames of one text. Not thread-safe: its connection's event loop owns it. */
final class StreamWindow {
    private final ArrayDeque<String> frames = new ArrayDeque<>();
    private final int window;
    private final int every;
    private int unseen;
    private int through;

    StreamWindow(int window, int every) {
        this.window = window;
        this.every = every;
    }

    /** Takes a frame; true when a checkpoint is due. */
    boolean add(String text) {
        frames.add(text);
        if (frames.size() > window) {
            frames.removeFirst();
        }
        through += text.length();
        unseen++;
        return unseen == every;
    }

    boolean hasUnseen() {
        return unseen > 0;
    }

    int through() {
        return through;
    }

    /** What a checkpoint scores, as of now. */
    String take() {
        unseen = 0;
        return String.join("", frames);
    }
}
