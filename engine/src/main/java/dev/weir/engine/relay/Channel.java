package dev.weir.engine.relay;

/** What kind of text a field of a reply holds. */
enum Channel {
    CONTENT,
    REASONING,
    /** What a tool is called with. */
    TOOL;

    /** As {@code open.channel} names it. */
    String wireName(int choice) {
        String name = name().toLowerCase(java.util.Locale.ROOT);
        return choice == 0 ? name : name + "/" + choice;
    }
}
