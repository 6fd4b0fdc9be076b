package ai.autoglm.gateway.http;

import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.openai.ModelList;
import ai.autoglm.gateway.openai.ModelList.ModelCard;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.ServedModel;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// `/v1/models`: the one model that is served.
@Singleton
final class ModelsRoute implements Endpoint {
    private final Backends backends;
    private final ModelAccess access;

    ModelsRoute(Backends backends, ModelAccess access) {
        this.backends = backends;
        this.access = access;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/v1/models",
                        Operation.of("listModels", "The models that are served", "Models", Body.json(ModelList.class)),
                        (exchange, _) -> answerList(exchange)),
                Route.get(
                        "/v1/models/{model}",
                        Operation.of("retrieveModel", "One model", "Models", Body.json(ModelCard.class)),
                        this::answerOne));
    }

    private void answerList(Exchange exchange) {
        ModelList models = access.permits(exchange.caller()) ? ModelList.of(backends.servedModel()) : ModelList.empty();
        var _ = exchange.send(200, Map.of(), OpenAiJson.write(models));
    }

    private void answerOne(Exchange exchange, String name) {
        ServedModel served = backends.servedModel();
        if (!served.answersTo(name) || !access.permits(exchange.caller())) {
            throw served.notFound(name);
        }
        var _ = exchange.send(200, Map.of(), OpenAiJson.write(ModelCard.of(served)));
    }
}
