package ai.autoglm.gateway.http;

import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionAssembler;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Map;

/// An answer in one body.
final class WholeAnswer implements ChatAnswer.Opened {
    private final Exchange exchange;
    private final CompletionAssembler assembler;

    WholeAnswer(Exchange exchange, CompletionIdentity identity) {
        this.exchange = exchange;
        this.assembler = new CompletionAssembler(identity);
    }

    @Override
    public void start(Usage usage) {}

    @Override
    public void write(CompletionEvent event, Usage usage) {
        assembler.accept(event).ifPresent(completion -> exchange.write(200, Map.of(), OpenAiJson.write(completion)));
    }

    @Override
    public void fail(ServingException failure) {
        exchange.send(HttpErrors.of(failure).withoutRetry());
    }
}
