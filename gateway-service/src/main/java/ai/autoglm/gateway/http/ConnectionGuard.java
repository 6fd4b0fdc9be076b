package ai.autoglm.gateway.http;

import ai.autoglm.gateway.error.ErrorResponse;
import ai.autoglm.gateway.error.HttpErrors;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What one connection may do to the server, below the level at which Vert.x sees requests. It ends a
/// connection that
///
/// * stays without a complete request head for too long, be it idle or sending a byte at a time;
/// * sends request after request without waiting for answers, which Vert.x would queue without bound;
/// * sends on while it leaves answers unread;
/// * breaks the framing of a body, after an error if the answer has not begun.
///
/// Owned by the connection's event loop.
final class ConnectionGuard extends ChannelDuplexHandler {
    static final int MAX_UNANSWERED = 16;

    private final Duration idleTimeout;
    private final AtomicInteger totalUnanswered;
    private int unanswered;
    private boolean answering;
    private @Nullable ScheduledFuture<?> timeout;

    /// @param totalUnanswered requests of all connections that have no complete answer yet
    ConnectionGuard(Duration idleTimeout, AtomicInteger totalUnanswered) {
        this.idleTimeout = idleTimeout;
        this.totalUnanswered = totalUnanswered;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        awaitRequest(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof HttpRequest request) {
            begin();
            if (unanswered > MAX_UNANSWERED || !context.channel().isWritable()) {
                ReferenceCountUtil.release(message);
                close(context);
                return;
            }
            if (unanswered == 1 && !isServed(request.protocolVersion())) {
                refuse(context, message, null);
                return;
            }
        }
        if (message instanceof HttpContent content && content.decoderResult().isFailure() && !answering) {
            refuse(context, message, content.decoderResult().cause());
            return;
        }
        super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!interim) {
            answering |= message instanceof HttpResponse;
            if (message instanceof LastHttpContent) {
                end(context);
            }
        }
        super.write(context, message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        totalUnanswered.addAndGet(-unanswered);
        unanswered = 0;
        cancelTimeout();
        super.channelInactive(context);
    }

    /// Vert.x answers other versions by itself, with nothing but a status.
    private static boolean isServed(HttpVersion version) {
        return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
    }

    private static void refuse(ChannelHandlerContext context, Object message, @Nullable Throwable cause) {
        ReferenceCountUtil.release(message);
        var _ = context.writeAndFlush(response(HttpErrors.of(RequestHead.unreadable(cause))))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void begin() {
        unanswered++;
        totalUnanswered.incrementAndGet();
        cancelTimeout();
    }

    private void end(ChannelHandlerContext context) {
        answering = false;
        if (unanswered == 0) {
            return;
        }
        unanswered--;
        totalUnanswered.decrementAndGet();
        if (unanswered == 0) {
            awaitRequest(context);
        }
    }

    private void awaitRequest(ChannelHandlerContext context) {
        cancelTimeout();
        timeout = context.executor().schedule(() -> close(context), idleTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private void cancelTimeout() {
        Future<?> scheduled = timeout;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    private static FullHttpResponse response(ErrorResponse error) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(error.status()),
                Unpooled.copiedBuffer(error.body().json(), StandardCharsets.UTF_8));
        response.headers()
                .set("content-type", "application/json")
                .set("content-length", response.content().readableBytes())
                .set(RequestId.HEADER, RequestId.of(null))
                .set("connection", "close");
        return response;
    }
}
