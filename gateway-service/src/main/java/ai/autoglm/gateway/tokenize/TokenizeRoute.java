package ai.autoglm.gateway.tokenize;

import ai.autoglm.gateway.http.Endpoint;
import ai.autoglm.gateway.http.Exchange;
import ai.autoglm.gateway.http.Operation;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.http.RequestRunner;
import ai.autoglm.gateway.http.Route;
import ai.autoglm.gateway.http.SimpleAnswer;
import jakarta.inject.Singleton;
import java.util.List;

/// `POST /tokenize` and `POST /detokenize`, as vLLM has them.
@Singleton
final class TokenizeRoute implements Endpoint {
    private final RequestRunner runner;
    private final Tokenizing tokenizing;

    TokenizeRoute(RequestRunner runner, Tokenizing tokenizing) {
        this.runner = runner;
        this.tokenizing = tokenizing;
    }

    @Override
    public List<Route> routes() {
        Operation tokenize = Operation.of(
                        "tokenize",
                        "Token ids of a text or of a conversation",
                        "Tokens",
                        Body.json(TokenizeResponse.class))
                .taking(Body.read("application/json", "TokenizeRequest"));
        Operation detokenize = Operation.of(
                        "detokenize", "Text of token ids", "Tokens", Body.json(DetokenizeResponse.class))
                .taking(Body.read("application/json", "DetokenizeRequest"));
        return List.of(
                Route.post("/tokenize", tokenize, (exchange, _) -> tokenize(exchange)),
                Route.post("/detokenize", detokenize, (exchange, _) -> detokenize(exchange)));
    }

    private void tokenize(Exchange exchange) {
        SimpleAnswer answer = new SimpleAnswer(exchange);
        runner.runJson(exchange, answer, (body, record) -> answer.write(tokenizing.tokenize(body.get(), record)));
    }

    private void detokenize(Exchange exchange) {
        SimpleAnswer answer = new SimpleAnswer(exchange);
        runner.runJson(exchange, answer, (body, record) -> answer.write(tokenizing.detokenize(body.get(), record)));
    }
}
