package dev.weir.engine.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A field of a reply that can be rewritten. */
record Place(ObjectNode parent, String field) {

    /** Whether it can be rewritten in part. */
    boolean isText() {
        return parent.path(field).isTextual();
    }

    /** As the reader of strings sees it; a structure as its JSON. */
    String text() {
        JsonNode value = parent.path(field);
        return value.isTextual() ? value.textValue() : RelayJson.write(value);
    }

    /** A structure cannot be rewritten: without what is taken from it, it is left out. */
    void replace(String text) {
        if (isText()) {
            parent.put(field, text);
        } else {
            remove();
        }
    }

    void remove() {
        parent.remove(field);
    }
}
