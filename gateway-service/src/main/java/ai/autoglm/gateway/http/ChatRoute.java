package ai.autoglm.gateway.http;

import ai.autoglm.gateway.ChatPipeline;
import ai.autoglm.gateway.admission.RateLimits;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// `POST /v1/chat/completions`: reads the body as it arrives, then answers on a virtual thread of the
/// request's own. All calls to backends happen in one gRPC context, which ends with the client or with
/// the time limit.
@Singleton
final class ChatRoute {
    private static final Logger LOG = Logger.getLogger(ChatRoute.class);

    private final Vertx vertx;
    private final HttpConfig config;
    private final ChatPipeline pipeline;
    private final GatewayMetrics metrics;
    private final RateLimits limits;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("request-deadlines").factory());

    ChatRoute(Vertx vertx, HttpConfig config, ChatPipeline pipeline, GatewayMetrics metrics, RateLimits limits) {
        this.vertx = vertx;
        this.config = config;
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.limits = limits;
    }

    /// To be called on the event loop.
    void answer(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        requireJson(request.getHeader("content-type"));
        long maxBytes = config.maxBodySize().asLongValue();
        requireWithin(maxBytes, request.getHeader("content-length"));
        if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
            request.response().writeContinue();
        }
        RequestBody body = RequestBody.read(vertx, exchange, config);
        Thread.ofVirtual().name("request-" + exchange.id()).start(() -> answer(exchange, body));
    }

    @PreDestroy
    void close() {
        deadlines.shutdownNow();
    }

    private static void requireJson(@Nullable String contentType) {
        if (contentType == null) {
            return;
        }
        int parameters = contentType.indexOf(';');
        String mediaType = parameters < 0 ? contentType : contentType.substring(0, parameters);
        if (!mediaType.strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            throw new ServingException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The request body has to be of type application/json.");
        }
    }

    private static void requireWithin(long maxBytes, @Nullable String contentLength) {
        if (contentLength != null && Long.parseLong(contentLength) > maxBytes) {
            throw RequestBody.tooLarge(maxBytes);
        }
    }

    private void answer(Exchange exchange, RequestBody body) {
        RequestRecord record = new RequestRecord(exchange.id(), exchange.caller(), limits.allowance(exchange.caller()));
        Context.CancellableContext context =
                Context.ROOT.withDeadlineAfter(config.requestTimeout().toNanos(), TimeUnit.NANOSECONDS, deadlines);
        exchange.onClientGone(() -> context.cancel(null));
        try {
            context.run(() -> answer(exchange, body, record));
        } finally {
            context.cancel(null);
        }
    }

    private void answer(Exchange exchange, RequestBody body, RequestRecord record) {
        ChatAnswer answer = new ChatAnswer(exchange, vertx, config.keepAliveInterval());
        try {
            pipeline.answer(body::take, answer, record);
            metrics.finished(record, answer.status(), null);
        } catch (ServingException e) {
            ServingException failure = exchange.isOpen() ? blamingTheServer(e) : e;
            answer.fail(failure);
            metrics.finished(record, answer.status(), failure.code());
        } catch (RuntimeException e) {
            LOG.errorf(e, "Request %s failed", record.id());
            answer.fail(new ServingException(ErrorCode.INTERNAL, "The server had an internal error.", e));
            metrics.finished(record, answer.status(), ErrorCode.INTERNAL);
        }
    }

    /// A backend that cancels a call, as it does when it shuts down, looks like a client that left.
    private static ServingException blamingTheServer(ServingException failure) {
        return failure.code() == ErrorCode.CLIENT_CLOSED_REQUEST
                ? new ServingException(
                        ErrorCode.BACKEND_UNAVAILABLE, "A backend gave this request up. Try again.", failure)
                : failure;
    }
}
