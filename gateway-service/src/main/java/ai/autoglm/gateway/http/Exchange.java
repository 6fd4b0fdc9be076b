package ai.autoglm.gateway.http;

import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.error.ErrorResponse;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// One HTTP request and its response. Every response carries the request's id. The `write` methods are
/// for the request's own virtual thread: they return at the pace at which the client reads.
public final class Exchange {
    private static final Duration LINGER = Duration.ofSeconds(5);

    /// What the write timeout is for, of a whole response.
    private static final int PART_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final Context eventLoop;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final String id;
    private final Duration writeTimeout;
    private final HeldBytes.Share held;
    private Caller caller = Caller.ANYONE;
    private boolean lastOfConnection;
    private boolean lingering;
    private volatile boolean gaveUp;
    private boolean responding = true; // guarded by held, as the next
    private boolean working;

    /// To be called on the event loop.
    ///
    /// @param held given back when the response is complete or the client gone, and nobody works on the request
    Exchange(Vertx vertx, HttpServerRequest request, Duration writeTimeout, HeldBytes.Share held) {
        this.vertx = vertx;
        this.eventLoop = vertx.getOrCreateContext();
        this.request = request;
        this.response = request.response();
        this.id = RequestId.of(request.getHeader(RequestId.HEADER));
        this.writeTimeout = writeTimeout;
        this.held = held;
        response.putHeader(RequestId.HEADER, id);
        // Vert.x reports a lost connection to this handler or throws it away.
        response.exceptionHandler(_ -> {});
        response.endHandler(_ -> ended());
    }

    private void ended() {
        synchronized (held) {
            responding = false;
            giveBack();
        }
        if (!lingering) {
            endLast();
        }
    }

    /// The request's own thread begins: what the request holds stays held until [#endWork].
    void beginWork() {
        synchronized (held) {
            working = true;
        }
    }

    /// The request's own thread is done with all that it holds.
    void endWork() {
        synchronized (held) {
            working = false;
            giveBack();
        }
    }

    private void giveBack() {
        if (!responding && !working) {
            held.close();
        }
    }

    /// Ends the connection behind what has been written, if this response is its last one.
    private void endLast() {
        if (lastOfConnection) {
            var _ = request.connection().close();
        }
    }

    /// Has the connection end with this response.
    void endConnection() {
        lastOfConnection = true;
        response.putHeader("connection", "close");
    }

    public String id() {
        return id;
    }

    public HttpServerRequest request() {
        return request;
    }

    /// Answers a client that asks before it sends its body.
    void sayContinue() {
        if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
            response.writeContinue();
        }
    }

    /// Whose request it is, once that is known.
    Caller caller() {
        return caller;
    }

    void authenticated(Caller caller) {
        this.caller = caller;
    }

    /// What this request holds in memory.
    HeldBytes.Share held() {
        return held;
    }

    /// Headers that are made when the response's head is written.
    void addHeaders(Supplier<Map<String, String>> headers) {
        response.headersEndHandler(_ -> headers.get().forEach(response::putHeader));
    }

    /// Runs the action when the client goes before its answer is complete.
    public void onClientGone(Runnable action) {
        response.closeHandler(_ -> action.run());
        if (response.closed()) {
            action.run();
        }
    }

    /// Sends a whole response. For a thread that must not wait; a HEAD request gets the headers only.
    public Future<Void> send(int status, Map<String, String> headers, String json) {
        return send(status, headers, Buffer.buffer(json));
    }

    /// The same for a body of bytes.
    public Future<Void> send(int status, Map<String, String> headers, Buffer body) {
        if (response.headWritten() || response.closed()) {
            return Future.succeededFuture();
        }
        lingering = true;
        response.setStatusCode(status).putHeader("content-type", "application/json");
        headers.forEach(response::putHeader);
        Future<Void> sent;
        if (request.method().equals(HttpMethod.HEAD)) {
            sent = response.putHeader("content-length", Integer.toString(body.length()))
                    .end();
        } else {
            sent = response.end(body);
        }
        eventLoop.runOnContext(_ -> linger());
        return sent;
    }

    /// Sends an error without waiting.
    public void send(ErrorResponse error) {
        var _ = send(error.status(), error.headers(), error.body().json());
    }

    /// Sends a whole response and waits until the client has taken it, part by part.
    ///
    /// @throws ServingException CLIENT_CLOSED_REQUEST when it left, or leaves a part unread for too long
    public void write(int status, Map<String, String> headers, String json) {
        Buffer body = Buffer.buffer(json);
        if (body.length() <= PART_BYTES) {
            await(send(status, headers, body));
            return;
        }
        response.setStatusCode(status)
                .putHeader("content-type", "application/json")
                .putHeader("content-length", Integer.toString(body.length()));
        headers.forEach(response::putHeader);
        int written = 0;
        while (body.length() - written > PART_BYTES) {
            await(response.write(body.slice(written, written + PART_BYTES)));
            written += PART_BYTES;
        }
        await(response.end(body.slice(written, body.length())));
    }

    /// Begins a response that is written in parts: sends its head.
    public void open(int status, Map<String, String> headers) {
        response.setStatusCode(status).setChunked(true);
        headers.forEach(response::putHeader);
        write("");
    }

    /// Writes a part, and waits until the client has taken it.
    ///
    /// @throws ServingException CLIENT_CLOSED_REQUEST when it left, or leaves the part unread for too long
    public void write(String part) {
        await(response.write(part));
    }

    /// Writes a part without waiting, unless earlier ones are still unread.
    public void offer(String part) {
        if (!response.writeQueueFull() && !response.closed()) {
            var _ = response.write(part);
        }
    }

    /// Writes the last part, and waits until the client has taken it.
    ///
    /// @throws ServingException CLIENT_CLOSED_REQUEST when it left, or leaves the part unread for too long
    public void end(String lastPart) {
        await(endSoon(lastPart));
    }

    /// Writes the last part without waiting.
    public Future<Void> endSoon(String lastPart) {
        return response.closed() || response.ended() ? Future.succeededFuture() : response.end(lastPart);
    }

    /// Whether the client is still there.
    public boolean isOpen() {
        return !gaveUp && !response.closed();
    }

    /// Ends the connection at once: there is nobody to answer. Vert.x would wait until all is read that was written.
    private void abandon() {
        gaveUp = true;
        var _ = ((ConnectionBase) request.connection()).channelHandlerContext().close();
    }

    private void await(Future<Void> written) {
        try {
            written.toCompletionStage().toCompletableFuture().get(writeTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            abandon();
            throw new ServingException(
                    ErrorCode.CLIENT_CLOSED_REQUEST,
                    "The client read nothing for " + writeTimeout.toSeconds() + " seconds.",
                    e);
        } catch (ExecutionException e) {
            throw new ServingException(ErrorCode.CLIENT_CLOSED_REQUEST, "The client left.", e);
        } catch (InterruptedException e) {
            throw ServingException.interrupted(e);
        }
    }

    /// A client that is still sending reads its answer only afterwards: what it sends is thrown away
    /// for a while, as closing at once would take the answer from it.
    private void linger() {
        if (response.closed()) {
            return;
        }
        if (request.isEnded() || request.decoderResult().isFailure()) {
            endLast();
            return;
        }
        request.handler(_ -> {});
        long timer = vertx.setTimer(LINGER.toMillis(), _ -> abandon());
        request.endHandler(_ -> {
            vertx.cancelTimer(timer);
            endLast();
        });
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        request.resume();
    }
}
