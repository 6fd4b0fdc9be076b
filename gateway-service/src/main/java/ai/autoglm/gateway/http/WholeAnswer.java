package ai.autoglm.gateway.http;

import ai.autoglm.gateway.error.ErrorResponse;
import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.BodyAssembler;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Map;

/// An answer in one body.
final class WholeAnswer implements HttpAnswer.Form {
    private final Exchange exchange;
    private final BodyAssembler assembler;

    WholeAnswer(Exchange exchange, BodyAssembler assembler) {
        this.exchange = exchange;
        this.assembler = assembler;
    }

    @Override
    public void open(Usage usage) {}

    @Override
    public void start(int choice, Usage usage) {}

    @Override
    public void write(int choice, CompletionEvent event, Usage usage) {
        assembler.accept(choice, event);
    }

    @Override
    public void finish(Usage usage) {
        BodyAssembler.Body body = assembler.finish(usage);
        exchange.write(200, Map.of("content-type", body.contentType()), body.text());
    }

    @Override
    public int fail(ServingException failure) {
        ErrorResponse error = HttpErrors.of(failure).withoutRetry();
        exchange.send(error);
        return error.status();
    }
}
