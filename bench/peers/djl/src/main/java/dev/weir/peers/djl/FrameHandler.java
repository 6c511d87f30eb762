package dev.weir.peers.djl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.HashMap;
import java.util.Map;

/** One connection and its texts. */
final class FrameHandler extends SimpleChannelInboundHandler<TextWebSocketFrame> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, StreamWindow> streams = new HashMap<>();
    private final Worker worker;
    private final int window;
    private final int every;

    FrameHandler(Worker worker, int window, int every) {
        this.worker = worker;
        this.window = window;
        this.every = every;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame)
            throws JsonProcessingException {
        JsonNode message = JSON.readTree(frame.text());
        int name = message.path("s").asInt();
        StreamWindow stream = streams.computeIfAbsent(name, unused -> new StreamWindow(window, every));
        if (message.path("end").asBoolean()) {
            streams.remove(name);
            String unseen = stream.hasUnseen() ? stream.take() : "";
            ask(new Checkpoint(context.channel(), name, unseen, stream.through(), true));
        } else if (stream.add(message.path("t").asText())) {
            ask(new Checkpoint(context.channel(), name, stream.take(), stream.through(), false));
        }
    }

    private void ask(Checkpoint checkpoint) {
        if (!worker.offer(checkpoint)) {
            checkpoint.channel().close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
