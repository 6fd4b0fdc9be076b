package ai.autoglm.gateway.http;

import ai.autoglm.gateway.admission.RateLimits;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Works on each request on a virtual thread of its own. All calls to backends happen in one gRPC
/// context, which ends with the client or with the time limit.
@Singleton
public final class RequestRunner {
    /// The work on one request.
    public interface BodyWork {
        /// @param body waits for the whole body; its bytes are not kept
        /// @param record of what the request cost
        /// @throws ServingException why there is no answer, or no more of it
        void run(Supplier<byte[]> body, RequestRecord record);
    }

    private static final Logger LOG = Logger.getLogger(RequestRunner.class);

    private final Vertx vertx;
    private final HttpConfig config;
    private final GatewayMetrics metrics;
    private final RateLimits limits;
    private final Tracing tracing;
    private final Set<Context.CancellableContext> underWay = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("request-deadlines").factory());

    RequestRunner(Vertx vertx, HttpConfig config, GatewayMetrics metrics, RateLimits limits, Tracing tracing) {
        this.vertx = vertx;
        this.config = config;
        this.metrics = metrics;
        this.limits = limits;
        this.tracing = tracing;
    }

    /// Reads a JSON body as it arrives, then works. To be called on the event loop.
    ///
    /// @throws ServingException when the body is of another type, or announced too large
    public void runJson(Exchange exchange, Answer answer, BodyWork work) {
        String type = mediaType(exchange);
        if (!type.isEmpty() && !type.equals("application/json")) {
            throw wrongType("application/json");
        }
        run(exchange, answer, config.maxBodySize().asLongValue(), work);
    }

    /// Reads a form as it arrives, then works. To be called on the event loop.
    ///
    /// @param maxBytes of the body, files included
    /// @throws ServingException when the body is of another type, or announced too large
    public void runForm(Exchange exchange, Answer answer, long maxBytes, BodyWork work) {
        if (!mediaType(exchange).equals("multipart/form-data")) {
            throw wrongType("multipart/form-data");
        }
        run(exchange, answer, maxBytes, work);
    }

    private void run(Exchange exchange, Answer answer, long maxBytes, BodyWork work) {
        requireWithin(maxBytes, exchange.request().getHeader("content-length"));
        exchange.sayContinue();
        RequestBody body = RequestBody.read(vertx, exchange, maxBytes, config);
        exchange.beginWork();
        Thread.ofVirtual()
                .name("request-" + exchange.id())
                .start(() -> runInContext(exchange, answer, record -> work.run(() -> take(body, record), record)));
    }

    /// Ends the work on all requests, whose clients are told why.
    void giveUp(ServingException reason) {
        underWay.forEach(context -> context.cancel(reason));
    }

    @PreDestroy
    void close() {
        deadlines.shutdownNow();
    }

    private static byte[] take(RequestBody body, RequestRecord record) {
        record.enter("receive");
        byte[] bytes = body.take();
        record.enter("parse");
        return bytes;
    }

    /// Without parameters, in lower case; empty where the client does not say.
    private static String mediaType(Exchange exchange) {
        String contentType = exchange.request().getHeader("content-type");
        return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static ServingException wrongType(String expected) {
        return new ServingException(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The request body has to be of type " + expected + ".");
    }

    private static void requireWithin(long maxBytes, @Nullable String contentLength) {
        if (contentLength != null && Long.parseLong(contentLength) > maxBytes) {
            throw RequestBody.tooLarge(maxBytes);
        }
    }

    private void runInContext(Exchange exchange, Answer answer, Consumer<RequestRecord> work) {
        HttpServerRequest request = exchange.request();
        Context.CancellableContext context =
                Context.ROOT.withDeadlineAfter(config.requestTimeout().toNanos(), TimeUnit.NANOSECONDS, deadlines);
        underWay.add(context);
        try (Stage trace = tracing.receive(request.method() + " " + request.path(), name -> request.getHeader(name))) {
            RequestRecord record = metrics.begin(
                    exchange.id(), exchange.caller(), limits.allowance(exchange.caller()), exchange.held(), trace);
            exchange.onClientGone(() -> context.cancel(null));
            context.run(() -> run(exchange, answer, work, record));
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "Request %s failed", exchange.id());
            answer.fail(internal(e));
        } finally {
            underWay.remove(context);
            context.cancel(null);
            exchange.endWork();
        }
    }

    private static ServingException internal(Throwable cause) {
        return new ServingException(ErrorCode.INTERNAL, "The server had an internal error.", cause);
    }

    private void run(Exchange exchange, Answer answer, Consumer<RequestRecord> work, RequestRecord record) {
        try {
            work.accept(record);
            metrics.finished(record, answer.status(), null);
        } catch (ServingException e) {
            ServingException failure = exchange.isOpen() ? blamingTheServer(e) : e;
            answer.fail(failure);
            metrics.finished(record, answer.status(), failure.code());
        } catch (RuntimeException e) {
            LOG.errorf(e, "Request %s failed", record.id());
            answer.fail(internal(e));
            metrics.finished(record, answer.status(), ErrorCode.INTERNAL);
        }
    }

    /// A backend that cancels a call, as it does when it shuts down, looks like a client that left; so does this
    /// server when it gives the request up.
    private static ServingException blamingTheServer(ServingException failure) {
        if (Context.current().cancellationCause() instanceof ServingException reason) {
            return reason;
        }
        return failure.code() == ErrorCode.CLIENT_CLOSED_REQUEST
                ? new ServingException(
                        ErrorCode.BACKEND_UNAVAILABLE, "A backend gave this request up. Try again.", failure)
                : failure;
    }
}
