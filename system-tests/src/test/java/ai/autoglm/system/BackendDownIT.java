package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.autoglm.toolkit.launch.Service;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.InternalServerException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A service that is gone takes with it only what needs it, and is found again when it is back.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BackendDownIT {
    /// Far above what the product aims at, far below a hang.
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final GoldenCase TEXT = GoldenCase.named("text-en");
    private static final GoldenCase SCREEN = GoldenCase.named("screen0-q1");
    private static final GoldenCase SPEECH = GoldenCase.named("speech0");

    private TestCluster cluster;

    @BeforeAll
    void startCluster() {
        cluster = TestCluster.start("backend-down");
    }

    @AfterAll
    void stopCluster() {
        cluster.close();
    }

    @Test
    void imagesNeedTheVisionEncoder() {
        assertAnswered(SCREEN);
        cluster.stop(Service.VISION_ENCODER);

        assertUnavailable(SCREEN);
        assertAnswered(TEXT);
        assertAnswered(SPEECH);

        cluster.start(Service.VISION_ENCODER);
        assertAnswered(SCREEN);
    }

    @Test
    void speechNeedsTheAudioEncoder() {
        cluster.crash(Service.AUDIO_ENCODER);

        assertUnavailable(SPEECH);
        assertAnswered(SCREEN);

        cluster.start(Service.AUDIO_ENCODER);
        assertAnswered(SPEECH);
    }

    @Test
    void everythingNeedsTheDecoder() {
        cluster.crash(Service.DECODER);

        assertUnavailable(TEXT);
        assertUnavailable(SCREEN);
        assertRetried();

        cluster.start(Service.DECODER);
        assertAnswered(TEXT);
        assertAnswered(SCREEN);
    }

    /// The official client asks again, as often as it was told to, and then says why it has no answer.
    private void assertRetried() {
        double before = unavailableCount();
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(cluster.gateway() + "/v1")
                .apiKey("EMPTY")
                .maxRetries(1)
                .build();
        ChatCompletionCreateParams request = ChatCompletionCreateParams.builder()
                .model(ChatRequests.MODEL)
                .addUserMessage("Hi")
                .build();

        InternalServerException failure = catchThrowableOfType(
                InternalServerException.class, () -> client.chat().completions().create(request));

        assertThat(failure.statusCode()).isEqualTo(503);
        assertThat(failure.code()).contains("backend_unavailable");
        client.close();
        assertThat(unavailableCount() - before).isEqualTo(2);
    }

    private double unavailableCount() {
        return cluster.metric(Service.GATEWAY, "autoglm_requests_total{code=\"backend_unavailable\",fault=\"server\"}");
    }

    private void assertAnswered(GoldenCase golden) {
        assertThat(cluster.api().send(golden.request()).content()).isEqualTo(golden.greedyText());
    }

    private void assertUnavailable(GoldenCase golden) {
        long start = System.nanoTime();
        ChatAnswer answer = cluster.api().send(golden.request());

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.errorCode()).isEqualTo("backend_unavailable");
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 60L);
    }
}
