package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartInputAudio;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.models.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// OpenAI's own Java client, the strictest of those that API.md lists.
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenAiJavaIT {
    private static final Map<String, JsonValue> TAP = Map.of(
            "type",
            JsonValue.from("object"),
            "properties",
            JsonValue.from(Map.of(
                    "action", Map.of("type", "string", "enum", List.of("tap", "swipe")),
                    "x", Map.of("type", "integer", "minimum", 0, "maximum", 999),
                    "y", Map.of("type", "integer", "minimum", 0, "maximum", 999))),
            "required",
            JsonValue.from(List.of("action", "x", "y")),
            "additionalProperties",
            JsonValue.from(false));

    private final TestCluster cluster;
    private final OpenAIClient client;

    OpenAiJavaIT(TestCluster cluster) {
        this.cluster = cluster;
        client = OpenAIOkHttpClient.builder()
                .baseUrl(cluster.gateway() + "/v1")
                .apiKey("EMPTY")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    void closeClient() {
        client.close();
    }

    @Test
    void answersAQuestion() {
        GoldenCase golden = GoldenCase.named("text-en");

        ChatCompletion completion = client.chat()
                .completions()
                .create(params().addUserMessage("Who are you?").build());

        assertThat(contentOf(completion)).isEqualTo(golden.greedyText());
        assertThat(completion.model()).isEqualTo("autoglm-phone-9b");
        assertThat(completion.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        CompletionUsage usage = completion.usage().orElseThrow();
        assertThat(usage.promptTokens()).isEqualTo(golden.promptTokenCount());
        assertThat(usage.totalTokens()).isEqualTo(usage.promptTokens() + usage.completionTokens());
    }

    @Test
    void accumulatesAStream() {
        ChatCompletionCreateParams request = params().addUserMessage("Who are you?")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();

        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(request)) {
            stream.stream().forEach(accumulator::accumulate);
        }

        ChatCompletion completion = accumulator.chatCompletion();
        assertThat(contentOf(completion)).isEqualTo(GoldenCase.named("text-en").greedyText());
        assertThat(completion.usage().orElseThrow().promptTokens())
                .isEqualTo(GoldenCase.named("text-en").promptTokenCount());
    }

    @Test
    void showsAScreen() {
        GoldenCase golden = GoldenCase.named("screen1-q1");

        ChatCompletion completion = client.chat()
                .completions()
                .create(params().addUserMessageOfArrayOfContentParts(
                                List.of(image(Repository.golden("screen1.png")), text("描述一下屏幕")))
                        .build());

        assertThat(contentOf(completion)).isEqualTo(golden.greedyText());
    }

    @Test
    void speaksACommand() {
        ChatCompletion completion = client.chat()
                .completions()
                .create(params().addUserMessageOfArrayOfContentParts(
                                List.of(audio(Repository.golden("long.wav")), text("Transcribe the audio")))
                        .build());

        assertThat(contentOf(completion)).isEqualTo("Tap Messages");
    }

    @Test
    void findsTheThoughtBesideTheAnswer() {
        ChatCompletion completion = client.chat()
                .completions()
                .create(params().addUserMessage("你是谁?")
                        .putAdditionalBodyProperty("enable_thinking", JsonValue.from(true))
                        .build());

        assertThat(contentOf(completion)).startsWith("我是 AutoGLM-Phone-Mini");
        assertThat(completion.choices().getFirst().message()._allProperties().get("reasoning_content"))
                .isEqualTo(JsonValue.from("用户在问我的身份。"));
    }

    @Test
    void accumulatesAToolCall() {
        ChatCompletionCreateParams request = params().addUserMessage("Tap the play button.")
                .addFunctionTool(FunctionDefinition.builder()
                        .name("tap")
                        .parameters(FunctionParameters.builder()
                                .additionalProperties(TAP)
                                .build())
                        .build())
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                .build();
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();

        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(request)) {
            stream.stream().forEach(accumulator::accumulate);
        }

        ChatCompletion.Choice choice = accumulator.chatCompletion().choices().getFirst();
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(choice.message().toolCalls().orElseThrow()).hasSize(1);
        ChatCompletionMessageFunctionToolCall call =
                choice.message().toolCalls().orElseThrow().getFirst().asFunction();
        assertThat(call.function().name()).isEqualTo("tap");
        ClientAnswers.assertTap(Json.read(call.function().arguments()));
    }

    @Test
    void readsStructuredOutput() {
        ChatCompletion completion = client.chat()
                .completions()
                .create(params().addUserMessage("Tap the play button.")
                        .temperature(1.5)
                        .jsonSchemaResponseFormat(ResponseFormatJsonSchema.JsonSchema.builder()
                                .name("tap")
                                .strict(true)
                                .schema(ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                                        .additionalProperties(TAP)
                                        .build())
                                .build())
                        .build());

        ClientAnswers.assertTap(Json.read(contentOf(completion)));
    }

    @Test
    void stopsTheGenerationByClosingTheStream() {
        ChatCompletionCreateParams endless = params().addUserMessage("What do you see?")
                .maxCompletionTokens(7000)
                .putAdditionalBodyProperty("ignore_eos", JsonValue.from(true))
                .build();

        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(endless)) {
            assertThat(stream.stream().limit(5)).hasSize(5);
        }

        ClientAnswers.assertNothingRuns(cluster);
    }

    @Test
    void doesNotKnowOtherModels() {
        ChatCompletionCreateParams request =
                params().addUserMessage("Hi").model("gpt-4o").build();

        NotFoundException failure = catchThrowableOfType(
                NotFoundException.class, () -> client.chat().completions().create(request));

        assertThat(failure.code()).contains("model_not_found");
        assertThat(failure.param()).contains("model");
        assertThat(failure.getMessage()).contains("gpt-4o");
    }

    @Test
    void listsTheModel() {
        assertThat(client.models().list().data()).extracting(Model::id).containsExactly("autoglm-phone-9b");
    }

    private static ChatCompletionCreateParams.Builder params() {
        return ChatCompletionCreateParams.builder()
                .model("autoglm-phone-9b")
                .temperature(0)
                .maxCompletionTokens(96)
                .putAdditionalBodyProperty("enable_thinking", JsonValue.from(false));
    }

    private static String contentOf(ChatCompletion completion) {
        return completion.choices().getFirst().message().content().orElseThrow();
    }

    private static ChatCompletionContentPart text(String text) {
        return ChatCompletionContentPart.ofText(
                ChatCompletionContentPartText.builder().text(text).build());
    }

    private static ChatCompletionContentPart image(byte[] png) {
        return ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                        .url(ChatRequests.dataUrl("image/png", png))
                        .build())
                .build());
    }

    private static ChatCompletionContentPart audio(byte[] wav) {
        return ChatCompletionContentPart.ofInputAudio(ChatCompletionContentPartInputAudio.builder()
                .inputAudio(ChatCompletionContentPartInputAudio.InputAudio.builder()
                        .data(ChatRequests.base64(wav))
                        .format(ChatCompletionContentPartInputAudio.InputAudio.Format.WAV)
                        .build())
                .build());
    }
}
