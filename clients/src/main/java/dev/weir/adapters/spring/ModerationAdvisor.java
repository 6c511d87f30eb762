package dev.weir.adapters.spring;

import dev.weir.adapters.ModeratingProcessor;
import dev.weir.protocol.PromptMessage;
import dev.weir.protocol.StreamOptions;
import dev.weir.protocol.WeirClient;
import java.util.List;
import java.util.Locale;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/**
 * Moderates what a Spring AI chat client answers, streamed or not: the caller gets only what a reader may see, and
 * {@link dev.weir.adapters.StoppedException} where the server stopped the reply. The prompt goes along, so that the reply
 * is read as the answer to it. Text of one choice only: tool calls, media and further choices fail the reply, because
 * nothing here moderates them.
 */
public final class ModerationAdvisor implements CallAdvisor, StreamAdvisor {

    private final WeirClient client;
    private final StreamOptions options;
    private final int order;

    /**
     * @param options without a name for the stream
     * @param order in the chain; the lower, the closer to the caller, who sees nothing that passed by it
     */
    public ModerationAdvisor(WeirClient client, StreamOptions options, int order) {
        this.client = client;
        this.options = options;
        this.order = order;
    }

    @Override
    public String getName() {
        return "weir";
    }

    @Override
    public int getOrder() {
        return order;
    }

    @Override
    public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
        return moderate(request, chain.nextStream(request));
    }

    @Override
    public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
        ChatClientResponse whole = chain.nextCall(request);
        String shown = moderate(request, Flux.just(whole))
                .map(ModerationAdvisor::textOf)
                .reduce("", String::concat)
                .blockOptional()
                .orElse("");
        ChatResponse response = whole.chatResponse();
        return whole.mutate()
                .chatResponse(
                        response == null ? null : new ChatResponse(List.of(generation(shown)), response.getMetadata()))
                .build();
    }

    private Flux<ChatClientResponse> moderate(ChatClientRequest request, Flux<ChatClientResponse> generated) {
        return Flux.defer(() -> {
            ModeratingProcessor moderating = new ModeratingProcessor(client, options.withMessages(prompt(request)));
            JdkFlowAdapter.publisherToFlowPublisher(
                            generated.map(ModerationAdvisor::textOf).filter(text -> !text.isEmpty()))
                    .subscribe(moderating);
            return JdkFlowAdapter.flowPublisherToFlux(moderating)
                    .map(text ->
                            new ChatClientResponse(new ChatResponse(List.of(generation(text))), request.context()));
        });
    }

    private static List<PromptMessage> prompt(ChatClientRequest request) {
        return request.prompt().getInstructions().stream()
                .map(message -> new PromptMessage(
                        message.getMessageType().name().toLowerCase(Locale.ROOT),
                        message.getText() == null ? "" : message.getText()))
                .toList();
    }

    private static String textOf(ChatClientResponse answer) {
        ChatResponse response = answer.chatResponse();
        if (response == null || response.getResults().isEmpty()) {
            return "";
        }
        AssistantMessage message = response.getResult().getOutput();
        if (response.getResults().size() > 1
                || message.hasToolCalls()
                || !message.getMedia().isEmpty()) {
            throw new UnsupportedOperationException(
                    "a tool call, media or a second choice is not moderated here (expected: text of one choice)");
        }
        String text = message.getText();
        return text == null ? "" : text;
    }

    private static Generation generation(String text) {
        return new Generation(new AssistantMessage(text));
    }
}
