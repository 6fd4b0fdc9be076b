package ai.autoglm.gateway.http;

import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.openai.ModelList;
import ai.autoglm.gateway.openai.ModelList.ModelCard;
import ai.autoglm.gateway.openai.OpenAiJson;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// `/v1/models`: the models that are served.
@Singleton
final class ModelsRoute implements Endpoint {
    private final Models models;

    ModelsRoute(Models models) {
        this.models = models;
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
        var _ = exchange.send(200, Map.of(), OpenAiJson.write(ModelList.of(models.served(exchange.caller()))));
    }

    private void answerOne(Exchange exchange, String name) {
        var _ = exchange.send(200, Map.of(), OpenAiJson.write(ModelCard.of(models.served(exchange.caller(), name))));
    }
}
