package dev.weir.engine.doctor;

/**
 * What became of one text that was sent one way.
 *
 * @param shown what a reader was shown of it
 * @param isReported whether it was flagged
 * @param detail in a few words, without any of the text
 */
record Passage(End end, String shown, boolean isReported, String detail) {

    enum End {
        PASSED,
        STOPPED,
        OFF,
        FAILED
    }

    static Passage off(String detail) {
        return new Passage(End.OFF, "", false, detail);
    }

    static Passage failed(String detail) {
        return new Passage(End.FAILED, "", false, detail);
    }
}
