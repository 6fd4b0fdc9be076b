package ai.autoglm.gateway.http;

import ai.autoglm.gateway.CompletionSink;
import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The answer to one chat request: a stream or one body, which the request itself decides, or an error.
final class ChatAnswer implements CompletionSink, Answer {
    /// An answer that has begun.
    interface Opened {
        void start(Usage usage);

        void write(CompletionEvent event, Usage usage);

        void fail(ServingException failure);
    }

    private final Exchange exchange;
    private final Vertx vertx;
    private final Duration keepAliveInterval;
    private @Nullable Opened opened;
    private int status;

    ChatAnswer(Exchange exchange, Vertx vertx, Duration keepAliveInterval) {
        this.exchange = exchange;
        this.vertx = vertx;
        this.keepAliveInterval = keepAliveInterval;
    }

    @Override
    public void open(CompletionIdentity identity, StreamOptions options, Usage usage) {
        status = 200;
        opened = options.enabled()
                ? StreamedAnswer.open(exchange, identity, options, usage, vertx, keepAliveInterval)
                : new WholeAnswer(exchange, identity);
    }

    @Override
    public void start(Usage usage) {
        requireOpen().start(usage);
    }

    @Override
    public void write(CompletionEvent event, Usage usage) {
        requireOpen().write(event, usage);
    }

    @Override
    public void fail(ServingException failure) {
        if (opened != null) {
            opened.fail(failure);
        } else if (exchange.isOpen()) {
            exchange.send(HttpErrors.of(failure));
        }
        if (opened == null || failure.code() == ErrorCode.CLIENT_CLOSED_REQUEST) {
            status = HttpErrors.status(failure.code());
        }
    }

    @Override
    public int status() {
        return status;
    }

    private Opened requireOpen() {
        if (opened == null) {
            throw new IllegalStateException("the answer is not open");
        }
        return opened;
    }
}
