package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.http.Endpoint;
import ai.autoglm.gateway.http.GenerationRoute;
import ai.autoglm.gateway.http.Operation;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.http.Route;
import jakarta.inject.Singleton;
import java.util.List;

/// `POST /v1/responses`.
@Singleton
final class ResponsesRoute implements Endpoint {
    private final GenerationRoute generations;
    private final ResponsesFrontEnd frontEnd;

    ResponsesRoute(GenerationRoute generations, ResponsesFrontEnd frontEnd) {
        this.generations = generations;
        this.frontEnd = frontEnd;
    }

    @Override
    public List<Route> routes() {
        Operation operation = Operation.of(
                        "createResponse",
                        "The answer to items of text, images and speech",
                        "Responses",
                        Body.json(Response.class),
                        Body.events(ResponseEvent.class))
                .taking(Body.read("application/json", "ResponseRequest"));
        return List.of(Route.post("/v1/responses", operation, (exchange, _) -> generations.answer(exchange, frontEnd)));
    }
}
