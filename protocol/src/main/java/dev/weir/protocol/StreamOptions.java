package dev.weir.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client may say about a stream it opens; what it leaves out, the server decides. The unit is not among it: a
 * {@link WeirClient} counts in UTF-16, as Java strings do.
 *
 * @param stream 1 to 128 printable ASCII characters, used once by a client; null for a generated name
 */
public record StreamOptions(
        @Nullable String stream,
        @Nullable String policy,
        @Nullable Mode mode,
        @Nullable String conversation,
        String channel,
        List<PromptMessage> messages,
        Map<String, String> meta) {

    public StreamOptions {
        if (stream != null && !MessageFields.isStreamName(stream)) {
            throw new IllegalArgumentException(
                    "stream: another string (expected: 1 to 128 printable ASCII characters)");
        }
        messages = List.copyOf(messages);
        meta = Map.copyOf(meta);
    }

    /** Everything left to the server. */
    public static StreamOptions defaults() {
        return new StreamOptions(null, null, null, null, ClientMessage.OpenStream.DEFAULT_CHANNEL, List.of(), Map.of());
    }

    public StreamOptions withStream(String name) {
        return new StreamOptions(name, policy, mode, conversation, channel, messages, meta);
    }

    public StreamOptions withPolicy(String name) {
        return new StreamOptions(stream, name, mode, conversation, channel, messages, meta);
    }

    public StreamOptions withMode(Mode wanted) {
        return new StreamOptions(stream, policy, wanted, conversation, channel, messages, meta);
    }

    public StreamOptions withConversation(String name) {
        return new StreamOptions(stream, policy, mode, name, channel, messages, meta);
    }

    public StreamOptions withChannel(String name) {
        return new StreamOptions(stream, policy, mode, conversation, name, messages, meta);
    }

    public StreamOptions withMessages(List<PromptMessage> prompt) {
        return new StreamOptions(stream, policy, mode, conversation, channel, prompt, meta);
    }

    public StreamOptions withMeta(Map<String, String> labels) {
        return new StreamOptions(stream, policy, mode, conversation, channel, messages, labels);
    }

    ClientMessage.OpenStream toMessage(String name, @Nullable String resume) {
        return new ClientMessage.OpenStream(
                name, policy, mode, Units.UTF16, conversation, channel, messages, meta, resume);
    }
}
