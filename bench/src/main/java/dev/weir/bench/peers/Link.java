package dev.weir.bench.peers;

/** One connection to a contestant, whatever its protocol. */
interface Link extends AutoCloseable {

    /** Begins a text; {@code answers} is called on a thread of the link. */
    Line open(Answers answers);

    @Override
    void close();

    /** One text under way. */
    interface Line {
        void send(String piece);

        /** The text is complete. */
        void end();
    }

    /** What a contestant says of one text. */
    interface Answers {
        /** The text is scored up to here, in UTF-16 units. */
        void covered(int through);

        /** Nothing comes after this. */
        void over(boolean failed);
    }
}
