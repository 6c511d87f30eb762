package dev.weir.protocol;

/** One message of the conversation that the moderated text answers. */
public record PromptMessage(String role, String content) {}
