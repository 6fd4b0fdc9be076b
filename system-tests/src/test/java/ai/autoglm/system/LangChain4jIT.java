package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// LangChain4j's client for OpenAI. It asks for an upgrade to HTTP/2 with its first request.
@ExtendWith(SharedCluster.class)
final class LangChain4jIT {
    private static final JsonObjectSchema TAP = JsonObjectSchema.builder()
            .addEnumProperty("action", List.of("tap", "swipe"))
            .addBooleanProperty("twice")
            .required("action", "twice")
            .additionalProperties(false)
            .build();

    private final TestCluster cluster;

    LangChain4jIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void answersAQuestion() {
        ChatResponse response = ask(UserMessage.from("Who are you?"));

        assertThat(response.aiMessage().text()).isEqualTo(ClientAnswers.WHO_ARE_YOU);
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.tokenUsage().inputTokenCount())
                .isEqualTo(GoldenCase.named("text-en").promptTokenCount());
    }

    @Test
    void streamsTheAnswerAndKeepsTheThoughtApart() {
        CompletableFuture<ChatResponse> complete = new CompletableFuture<>();
        StringBuilder text = new StringBuilder();

        streaming(Map.of("enable_thinking", true)).chat("你是谁?", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String part) {
                text.append(part);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                complete.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                complete.completeExceptionally(failure);
            }
        });

        ChatResponse response = complete.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(text.toString())
                .startsWith(ClientAnswers.WHO_ARE_YOU_IN_CHINESE)
                .isEqualTo(response.aiMessage().text());
        assertThat(response.aiMessage().thinking()).isEqualTo(ClientAnswers.THOUGHT);
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.tokenUsage().inputTokenCount())
                .isEqualTo(GoldenCase.named("text-zh").promptTokenCount());
    }

    @Test
    void showsAScreenAndSpeaksACommand() {
        ChatResponse screen = ask(UserMessage.from(
                ImageContent.from(ChatRequests.base64(Repository.golden("screen1.png")), "image/png"),
                TextContent.from("描述一下屏幕")));
        ChatResponse speech = ask(UserMessage.from(
                AudioContent.from(ChatRequests.base64(Repository.golden("long.wav")), "audio/wav"),
                TextContent.from("Transcribe the audio")));

        assertThat(screen.aiMessage().text()).isEqualTo(ClientAnswers.SCREEN);
        assertThat(speech.aiMessage().text()).isEqualTo(ClientAnswers.SPEECH);
    }

    @Test
    void callsAToolAndSendsItsResult() {
        UserMessage question = UserMessage.from("Tap the play button.");
        ChatRequest request = ChatRequest.builder()
                .messages(question)
                .toolSpecifications(ToolSpecification.builder()
                        .name("tap")
                        .description("Taps the screen.")
                        .parameters(TAP)
                        .build())
                .toolChoice(ToolChoice.REQUIRED)
                .build();

        ChatResponse call = model().chat(request);

        assertThat(call.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
        assertThat(call.aiMessage().toolExecutionRequests()).hasSize(1);
        ToolExecutionRequest tap = call.aiMessage().toolExecutionRequests().getFirst();
        assertThat(tap.name()).isEqualTo("tap");
        assertTap(Json.read(tap.arguments()));
        ChatResponse next = ask(question, call.aiMessage(), ToolExecutionResultMessage.from(tap, "done"));
        assertThat(next.aiMessage().hasToolExecutionRequests()).isFalse();
    }

    @Test
    void readsStructuredOutput() {
        ChatRequest request = ChatRequest.builder()
                .messages(UserMessage.from("Tap the play button."))
                .temperature(1.5)
                .responseFormat(ResponseFormat.builder()
                        .type(ResponseFormatType.JSON)
                        .jsonSchema(JsonSchema.builder()
                                .name("tap")
                                .rootElement(TAP)
                                .build())
                        .build())
                .build();

        assertTap(Json.read(model().chat(request).aiMessage().text()));
    }

    @Test
    void readsAnError() {
        OpenAiChatModel other = builder().modelName("gpt-4o").build();

        ModelNotFoundException failure = catchThrowableOfType(ModelNotFoundException.class, () -> other.chat("Hi"));

        assertThat(failure.getMessage()).contains("gpt-4o");
    }

    @Test
    void stopsTheGenerationByCancelling() throws InterruptedException {
        AtomicInteger parts = new AtomicInteger();
        CountDownLatch cancelled = new CountDownLatch(1);
        OpenAiStreamingChatModel endless =
                streaming(Map.of("enable_thinking", false, "ignore_eos", true, "max_tokens", 7000));

        endless.chat("What do you see?", new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
                if (parts.incrementAndGet() == 5) {
                    context.streamingHandle().cancel();
                    cancelled.countDown();
                }
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {}

            @Override
            public void onError(Throwable failure) {}
        });

        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        ClientAnswers.assertNothingRuns(cluster);
    }

    private static void assertTap(JsonNode value) {
        assertThat(value.path("action").asText()).isIn("tap", "swipe");
        assertThat(value.path("twice").isBoolean()).isTrue();
        assertThat(value).hasSize(2);
    }

    private ChatResponse ask(ChatMessage... messages) {
        return model().chat(messages);
    }

    private OpenAiChatModel model() {
        return builder().build();
    }

    private OpenAiChatModel.OpenAiChatModelBuilder builder() {
        return OpenAiChatModel.builder()
                .baseUrl(cluster.gateway() + "/v1")
                .apiKey("EMPTY")
                .modelName(ChatRequests.MODEL)
                .temperature(0.0)
                .maxTokens(96)
                .maxRetries(0)
                .strictJsonSchema(true)
                .supportedCapabilities(Capability.RESPONSE_FORMAT_JSON_SCHEMA)
                .customParameters(Map.of("enable_thinking", false));
    }

    private OpenAiStreamingChatModel streaming(Map<String, Object> parameters) {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(cluster.gateway() + "/v1")
                .apiKey("EMPTY")
                .modelName(ChatRequests.MODEL)
                .temperature(0.0)
                .returnThinking(true)
                .customParameters(parameters)
                .build();
    }
}
