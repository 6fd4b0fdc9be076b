package ai.autoglm.gateway.http;

import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.model.LoadedModel;
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
    private final LoadedModel model;
    private final Backends backends;

    ModelsRoute(LoadedModel model, Backends backends) {
        this.model = model;
        this.backends = backends;
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
        var _ = exchange.send(200, Map.of(), OpenAiJson.write(ModelList.of(served())));
    }

    private void answerOne(Exchange exchange, String name) {
        ServedModel served = served();
        if (!served.answersTo(name)) {
            throw served.notFound(name);
        }
        var _ = exchange.send(200, Map.of(), OpenAiJson.write(ModelCard.of(served)));
    }

    /// While no decoder is ready, the bundle's own limit is the best that is known.
    private ServedModel served() {
        return model.served(
                backends.maxModelLen().orElse(model.manifest().decoder().maxPositions()));
    }
}
