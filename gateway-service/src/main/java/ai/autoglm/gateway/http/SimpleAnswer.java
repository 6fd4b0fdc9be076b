package ai.autoglm.gateway.http;

import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Map;

/// An answer in one JSON body that nothing was generated for.
public final class SimpleAnswer implements Answer {
    private final Exchange exchange;
    private int status;

    public SimpleAnswer(Exchange exchange) {
        this.exchange = exchange;
    }

    /// Sends the answer and waits until the client has taken it.
    ///
    /// @throws ServingException CLIENT_CLOSED_REQUEST when it does not
    public void write(Object body) {
        status = 200;
        exchange.write(200, Map.of(), OpenAiJson.write(body));
    }

    @Override
    public void fail(ServingException failure) {
        status = HttpErrors.status(failure.code());
        exchange.send(HttpErrors.of(failure));
    }

    @Override
    public int status() {
        return status;
    }
}
