package ai.autoglm.gateway.media;

import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One file on its way. Started and closed by the thread that waits for it, filled on the event loop.
final class Download implements AutoCloseable {
    private static final int OK = 200;

    private final long maxBytes;
    private final HeldBytes.Share share;
    private final Promise<byte[]> file = Promise.promise();
    private final Buffer received = Buffer.buffer();
    private volatile @Nullable HttpClientRequest request;
    private volatile boolean closed;

    Download(long maxBytes, HeldBytes.Share share) {
        this.maxBytes = maxBytes;
        this.share = share;
    }

    /// @return the file; fails with a [ServingException] or with what the network reports
    CompletableFuture<byte[]> start(HttpClient client, RequestOptions options) {
        client.request(options).compose(this::send).onSuccess(this::read).onFailure(file::tryFail);
        return file.future().toCompletionStage().toCompletableFuture();
    }

    /// Ends the connection, whatever has come.
    @Override
    public void close() {
        closed = true;
        HttpClientRequest sent = request;
        if (sent != null) {
            var _ = sent.connection().close();
        }
    }

    private Future<HttpClientResponse> send(HttpClientRequest opened) {
        request = opened;
        if (closed) {
            close();
        }
        return opened.send();
    }

    private void read(HttpClientResponse response) {
        String encoding = response.getHeader("content-encoding");
        if (response.statusCode() != OK || (encoding != null && !encoding.equalsIgnoreCase("identity"))) {
            fail(RemoteUrl.refused(
                    "was answered with status %d, encoding %s".formatted(response.statusCode(), encoding)));
            return;
        }
        response.exceptionHandler(file::tryFail);
        response.handler(this::append);
        response.endHandler(_ -> file.tryComplete(received.getBytes()));
    }

    private void append(Buffer part) {
        if (file.future().isComplete()) {
            return;
        }
        if (received.length() + (long) part.length() > maxBytes) {
            fail(RemoteUrl.refused("leads to more than " + maxBytes + " bytes"));
            return;
        }
        try {
            share.add(part.length());
            received.appendBuffer(part);
        } catch (ServingException e) {
            fail(e);
        }
    }

    private void fail(ServingException failure) {
        file.tryFail(failure);
        close();
    }
}
