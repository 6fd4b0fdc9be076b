package ai.autoglm.gateway.http;

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
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Works on each request on a virtual thread of its own. All calls to backends happen in one gRPC
/// context, which ends with the client or with the time limit.
@Singleton
public final class RequestRunner {
    /// The work on one request.
    public interface Work {
        /// @param record of what the request cost
        /// @throws ServingException why there is no answer, or no more of it
        void run(RequestRecord record);
    }

    /// The work on one request with a JSON body.
    public interface JsonWork {
        /// @param body waits for the whole body; its bytes are not kept
        /// @throws ServingException why there is no answer, or no more of it
        void run(Supplier<byte[]> body, RequestRecord record);
    }

    private static final Logger LOG = Logger.getLogger(RequestRunner.class);

    private final Vertx vertx;
    private final HttpConfig config;
    private final GatewayMetrics metrics;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("request-deadlines").factory());

    RequestRunner(Vertx vertx, HttpConfig config, GatewayMetrics metrics) {
        this.vertx = vertx;
        this.config = config;
        this.metrics = metrics;
    }

    /// Reads a JSON body as it arrives, then works. To be called on the event loop.
    ///
    /// @throws ServingException when the body is of another type, or announced too large
    public void runJson(Exchange exchange, Answer answer, JsonWork work) {
        HttpServerRequest request = exchange.request();
        requireJson(request.getHeader("content-type"));
        long maxBytes = config.maxBodySize().asLongValue();
        requireWithin(maxBytes, request.getHeader("content-length"));
        exchange.sayContinue();
        RequestBody body = RequestBody.read(vertx, request, maxBytes, config.uploadIdleTimeout());
        run(exchange, answer, record -> work.run(body::take, record));
    }

    /// Works; the body has been seen to.
    public void run(Exchange exchange, Answer answer, Work work) {
        Thread.ofVirtual().name("request-" + exchange.id()).start(() -> runInContext(exchange, answer, work));
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

    private void runInContext(Exchange exchange, Answer answer, Work work) {
        RequestRecord record = new RequestRecord(exchange.id());
        Context.CancellableContext context =
                Context.ROOT.withDeadlineAfter(config.requestTimeout().toNanos(), TimeUnit.NANOSECONDS, deadlines);
        exchange.onClientGone(() -> context.cancel(null));
        try {
            context.run(() -> run(exchange, answer, work, record));
        } finally {
            context.cancel(null);
        }
    }

    private void run(Exchange exchange, Answer answer, Work work, RequestRecord record) {
        try {
            work.run(record);
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
