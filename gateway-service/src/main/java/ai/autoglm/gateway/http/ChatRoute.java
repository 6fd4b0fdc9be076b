package ai.autoglm.gateway.http;

import ai.autoglm.gateway.ChatPipeline;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.openai.ChatCompletion;
import ai.autoglm.gateway.openai.ChatCompletionChunk;
import jakarta.inject.Singleton;
import java.util.List;

/// `POST /v1/chat/completions`.
@Singleton
final class ChatRoute implements Endpoint {
    private final GenerationRoute generations;
    private final ChatPipeline chat;

    ChatRoute(GenerationRoute generations, ChatPipeline chat) {
        this.generations = generations;
        this.chat = chat;
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
        return List.of(
                Route.post("/v1/chat/completions", operation, (exchange, _) -> generations.answer(exchange, chat)));
    }
}
