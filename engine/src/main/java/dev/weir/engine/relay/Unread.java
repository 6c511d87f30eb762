package dev.weir.engine.relay;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What of a request is no text: refused, named, or taken out of it. */
final class Unread {

    private static final int MAX_NAMES = 32;
    private static final String OTHERS = "others";

    private final RelaySettings.Unreadable policy;
    private final Set<String> names = new LinkedHashSet<>();

    Unread(RelaySettings.Unreadable policy) {
        this.policy = policy;
    }

    /**
     * @param name of what it is
     * @param at path of it
     * @param there where it was found last
     */
    void found(String name, String at, Iterator<?> there) throws BadRequestException {
        switch (policy) {
            case REFUSE -> throw new BadRequestException(RelayError.unreadable(at, name));
            case MARK -> names.add(names.size() < MAX_NAMES ? name : OTHERS);
            case DROP -> there.remove();
        }
    }

    /** Of what is passed on, each once; so many at most that a header takes them. */
    List<String> names() {
        return List.copyOf(names);
    }
}
