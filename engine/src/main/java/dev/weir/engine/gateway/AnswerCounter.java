package dev.weir.engine.gateway;

import dev.weir.engine.telemetry.GatewayMeters;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Counts what is answered over HTTP, whoever answers, and leaves a connection that becomes a WebSocket. */
@ChannelHandler.Sharable
final class AnswerCounter extends ChannelOutboundHandlerAdapter {

    private final GatewayMeters meters;

    AnswerCounter(GatewayMeters meters) {
        this.meters = meters;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message, promise);
        if (message instanceof HttpResponse response) {
            meters.answered(response.status().code());
            if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                context.pipeline().remove(this);
            }
        }
    }
}
