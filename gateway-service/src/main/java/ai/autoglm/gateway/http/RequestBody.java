package ai.autoglm.gateway.http;

import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A request body as it arrives: no more of it than the limit is ever kept, and a client that pauses or
/// takes too long is given up. Filled on the event loop, taken once by the request's thread.
final class RequestBody {
    private final Vertx vertx;
    private final long maxBytes;
    private final Duration idleTimeout;
    private final Duration timeout;
    private final HeldBytes.Share held;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    private Buffer received = Buffer.buffer();
    private long lastArrivalNanos = System.nanoTime();
    private long timer;

    private RequestBody(Vertx vertx, long maxBytes, HttpConfig config, HeldBytes.Share held) {
        this.vertx = vertx;
        this.maxBytes = maxBytes;
        this.idleTimeout = config.uploadIdleTimeout();
        this.timeout = config.requestTimeout();
        this.held = held;
    }

    /// Begins to read. To be called on the event loop.
    static RequestBody read(Vertx vertx, Exchange exchange, long maxBytes, HttpConfig config) {
        RequestBody body = new RequestBody(vertx, maxBytes, config, exchange.held());
        body.watch(body.idleTimeout);
        HttpServerRequest request = exchange.request();
        request.handler(body::append);
        request.endHandler(_ -> body.finish());
        request.exceptionHandler(body::abandon);
        request.resume();
        return body;
    }

    /// Waits for the whole body and hands it over: it is not kept here.
    ///
    /// @throws ServingException REQUEST_TOO_LARGE, REQUEST_TIMEOUT, or CLIENT_CLOSED_REQUEST
    byte[] take() {
        try {
            complete.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServingException known
                    ? known
                    : new ServingException(ErrorCode.INTERNAL, "The request body could not be read.", e);
        }
        Buffer whole = received;
        received = Buffer.buffer();
        return whole.getBytes();
    }

    static ServingException tooLarge(long maxBytes) {
        return new ServingException(
                ErrorCode.REQUEST_TOO_LARGE, "The request body is larger than the limit of " + maxBytes + " bytes.");
    }

    private void append(Buffer chunk) {
        lastArrivalNanos = System.nanoTime();
        if (complete.isDone()) {
            return;
        }
        if (received.length() + (long) chunk.length() > maxBytes) {
            fail(tooLarge(maxBytes));
            return;
        }
        try {
            held.add(chunk.length());
        } catch (ServingException e) {
            fail(e);
            return;
        }
        received.appendBuffer(chunk);
    }

    private void finish() {
        vertx.cancelTimer(timer);
        complete.complete(null);
    }

    private void abandon(Throwable cause) {
        fail(new ServingException(
                ErrorCode.CLIENT_CLOSED_REQUEST, "The client left while it sent its request.", cause));
    }

    private void fail(ServingException failure) {
        vertx.cancelTimer(timer);
        received = Buffer.buffer();
        complete.completeExceptionally(failure);
    }

    private void watch(Duration wait) {
        timer = vertx.setTimer(Math.max(1, wait.toMillis()), _ -> {
            Duration idle = Duration.ofNanos(System.nanoTime() - lastArrivalNanos);
            if (System.nanoTime() - startNanos > timeout.toNanos()) {
                fail(late("The request body was not complete after " + timeout.toSeconds() + " seconds."));
            } else if (idle.compareTo(idleTimeout) < 0) {
                watch(idleTimeout.minus(idle));
            } else {
                fail(late("No part of the request body arrived for " + idleTimeout.toSeconds() + " seconds."));
            }
        });
    }

    private static ServingException late(String message) {
        return new ServingException(ErrorCode.REQUEST_TIMEOUT, message);
    }
}
