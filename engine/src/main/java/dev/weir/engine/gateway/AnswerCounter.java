package dev.weir.engine.gateway;

import dev.weir.engine.telemetry.GatewayMeters;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Counts what one connection is answered over HTTP, whoever answers, and leaves when it becomes a WebSocket. */
final class AnswerCounter extends ChannelDuplexHandler {

    private final GatewayMeters meters;
    private boolean answered;

    AnswerCounter(GatewayMeters meters) {
        this.meters = meters;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message, promise);
        if (message instanceof HttpResponse response) {
            answered = true;
            meters.answered(response.status().code());
            if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                context.pipeline().remove(this);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!answered) {
            meters.connectionRefused(GatewayMeters.Refusal.UNANSWERED);
        }
        context.fireChannelInactive();
    }
}
