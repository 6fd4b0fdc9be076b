package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.http.Endpoint;
import ai.autoglm.gateway.http.GenerationRoute;
import ai.autoglm.gateway.http.Operation;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.http.Route;
import jakarta.inject.Singleton;
import java.util.List;

/// `POST /v1/completions`.
@Singleton
final class TextCompletionRoute implements Endpoint {
    private final GenerationRoute generations;
    private final TextCompletionFrontEnd frontEnd;

    TextCompletionRoute(GenerationRoute generations, TextCompletionFrontEnd frontEnd) {
        this.generations = generations;
        this.frontEnd = frontEnd;
    }

    @Override
    public List<Route> routes() {
        Operation operation = Operation.of(
                        "createCompletion",
                        "What follows a raw prompt",
                        "Completions",
                        Body.json(TextCompletion.class),
                        Body.events(TextCompletion.class))
                .taking(Body.read("application/json", "CompletionRequest"));
        return List.of(
                Route.post("/v1/completions", operation, (exchange, _) -> generations.answer(exchange, frontEnd)));
    }
}
