package ai.autoglm.gateway.http;

import ai.autoglm.gateway.ChatPipeline;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.openai.ChatCompletion;
import ai.autoglm.gateway.openai.ChatCompletionChunk;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;

/// `POST /v1/chat/completions`.
@Singleton
final class ChatRoute implements Endpoint {
    private final Vertx vertx;
    private final HttpConfig config;
    private final RequestRunner runner;
    private final ChatPipeline pipeline;

    ChatRoute(Vertx vertx, HttpConfig config, RequestRunner runner, ChatPipeline pipeline) {
        this.vertx = vertx;
        this.config = config;
        this.runner = runner;
        this.pipeline = pipeline;
    }

    @Override
    public List<Route> routes() {
        Operation operation = Operation.of(
                        "createChatCompletion",
                        "The next message of a conversation of text, images and speech",
                        "Chat",
                        Body.json(ChatCompletion.class),
                        Body.events(ChatCompletionChunk.class))
                .taking(Body.read("application/json", "ChatCompletionRequest"));
        return List.of(Route.post("/v1/chat/completions", operation, (exchange, _) -> answer(exchange)));
    }

    private void answer(Exchange exchange) {
        ChatAnswer answer = new ChatAnswer(exchange, vertx, config.keepAliveInterval());
        runner.runJson(exchange, answer, (body, record) -> pipeline.answer(body, answer, record));
    }
}
