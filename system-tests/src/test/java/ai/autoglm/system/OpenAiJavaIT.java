package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartInputAudio;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.models.Model;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// OpenAI's own Java client, the strictest of those that API.md lists.
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenAiJavaIT {
    private final OpenAIClient client;

    OpenAiJavaIT(TestCluster cluster) {
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
