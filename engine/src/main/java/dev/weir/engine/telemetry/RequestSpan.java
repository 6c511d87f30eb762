package dev.weir.engine.telemetry;

import java.util.Collection;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is told of one relayed request. Used by the thread of its connection alone. */
public interface RequestSpan {

    /**
     * What is known of a reply when it is over; none of it is text.
     *
     * @param id that the upstream gave it; empty for none, as is {@code model}
     * @param model that the upstream names
     * @param finishReasons of the choices, in their order, as the client was told them
     * @param inputTokens as the upstream counted them, and {@code outputTokens}; empty where it did not
     */
    record Reply(
            String id,
            String model,
            Collection<String> finishReasons,
            OptionalLong inputTokens,
            OptionalLong outputTokens) {}

    /** Of a request that nobody is told about: what it asks for belongs under whatever it came under itself. */
    static RequestSpan none(@Nullable ParentSpan parent) {
        return new RequestSpan() {
            @Override
            public @Nullable ParentSpan asParent() {
                return parent;
            }

            @Override
            public void over(Reply reply, String outcome, @Nullable Integer errorStatus) {}
        };
    }

    /** What its streams, and the upstream, know it by; null for nothing. */
    @Nullable
    ParentSpan asParent();

    /**
     * The request is over; nothing follows.
     *
     * @param outcome as {@link Telemetry#relayed} takes it
     * @param errorStatus what the client was told of an error; null where the request came to its end
     */
    void over(Reply reply, String outcome, @Nullable Integer errorStatus);
}
