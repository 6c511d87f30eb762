package dev.weir.models;

/** Who wrote a text: it decides the token a streaming expert starts from. */
public enum Role {
    PROMPT,
    REPLY
}
