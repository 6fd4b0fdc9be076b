package ai.autoglm.gateway.http;

import ai.autoglm.gateway.AnswerForm;
import ai.autoglm.gateway.Client;
import ai.autoglm.gateway.CompletionSink;
import ai.autoglm.gateway.error.ErrorResponse;
import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The answer to one request: a stream or one body, which its front end decides, or an error.
final class HttpAnswer implements Client, Answer {
    /// An answer in a form that is decided.
    interface Form extends CompletionSink {
        /// Ends an answer that has been opened.
        ///
        /// @return the status that the client has read or will read
        int fail(ServingException failure);
    }

    private final Exchange exchange;
    private final Vertx vertx;
    private final Duration keepAliveInterval;
    private @Nullable Form opened;
    private int status;

    HttpAnswer(Exchange exchange, Vertx vertx, Duration keepAliveInterval) {
        this.exchange = exchange;
        this.vertx = vertx;
        this.keepAliveInterval = keepAliveInterval;
    }

    @Override
    public CompletionSink answering(AnswerForm form) {
        return new Sink(
                switch (form) {
                    case AnswerForm.Streamed(var encoder) ->
                        new StreamedAnswer(exchange, encoder, vertx, keepAliveInterval);
                    case AnswerForm.Whole(var assembler) -> new WholeAnswer(exchange, assembler);
                });
    }

    @Override
    public void fail(ServingException failure) {
        int told = opened == null ? refuse(failure) : opened.fail(failure);
        status = failure.code() == ErrorCode.CLIENT_CLOSED_REQUEST ? HttpErrors.status(failure.code()) : told;
    }

    private int refuse(ServingException failure) {
        ErrorResponse error = HttpErrors.of(failure);
        if (exchange.isOpen()) {
            exchange.send(error);
        }
        return error.status();
    }

    @Override
    public int status() {
        return status;
    }

    /// Remembers whether the answer has begun.
    private final class Sink implements CompletionSink {
        private final Form form;

        Sink(Form form) {
            this.form = form;
        }

        @Override
        public void open(Usage usage) {
            status = 200;
            opened = form;
            form.open(usage);
        }

        @Override
        public void start(int choice, Usage usage) {
            form.start(choice, usage);
        }

        @Override
        public void write(int choice, CompletionEvent event, Usage usage) {
            form.write(choice, event, usage);
        }

        @Override
        public void finish(Usage usage) {
            form.finish(usage);
        }
    }
}
