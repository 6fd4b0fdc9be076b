package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Requests that cannot be answered get the right status and code, and the next request an answer.
@ExtendWith(SharedCluster.class)
final class BadInputIT {
    private final ChatApi api;

    BadInputIT(TestCluster cluster) {
        api = cluster.api();
    }

    @AfterEach
    void nextRequestWorks() {
        GoldenCase golden = GoldenCase.named("screen0-q1");
        assertThat(api.send(golden.request()).content()).isEqualTo(golden.greedyText());
    }

    @Test
    void refusesACorruptImage() {
        byte[] png = Repository.golden("screen0.png");
        Arrays.fill(png, png.length / 2, png.length / 2 + 200, (byte) 0);

        assertRefused(withImage("image/png", png), 400, "image_parse_error", "invalid_image");
    }

    @Test
    void refusesAnImageThatBreaksOff() {
        byte[] png = Repository.golden("screen0.png");

        assertRefused(
                withImage("image/png", Arrays.copyOf(png, png.length / 2)), 400, "image_parse_error", "invalid_image");
    }

    @Test
    void refusesAnImageOfOnePixel() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", png);

        assertRefused(withImage("image/png", png.toByteArray()), 400, "image_too_small");
    }

    @Test
    void refusesAnEmptyImage() {
        assertRefused(withImage("image/png", new byte[0]), 400, "empty_image_file");
    }

    @Test
    void refusesAVectorImage() {
        byte[] svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".getBytes(StandardCharsets.UTF_8);

        assertRefused(withImage("image/svg+xml", svg), 400, "unsupported_image_media_type");
    }

    @Test
    void refusesMoreImagesThanTheLimit() {
        Object image = ChatRequests.image(Repository.golden("odd3.png"));
        Map<String, Object> request =
                ChatRequests.ask(Collections.nCopies(11, image).toArray());

        ChatAnswer answer = api.send(request);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorMessage()).contains("At most 10 image(s)");
    }

    @Test
    void refusesAnAudioWithoutSamples() {
        byte[] header = Arrays.copyOf(Repository.golden("speech0.wav"), 44);
        Arrays.fill(header, 40, 44, (byte) 0);

        assertRefused(ChatRequests.ask(ChatRequests.audio(header, "wav"), "把语音转成文字"), 400, "invalid_audio");
    }

    @Test
    void refusesBytesThatAreNoAudio() {
        byte[] text = "this is no sound".getBytes(StandardCharsets.UTF_8);

        assertRefused(ChatRequests.ask(ChatRequests.audio(text, "mp3"), "把语音转成文字"), 400, "invalid_audio");
    }

    @Test
    void hearsAnMp3OrSaysWhyNotWhereverItIsCut() {
        byte[] mp3 = Repository.audio("mpeg2-16k-mono.mp3");
        for (int part = 1; part <= 4; part++) {
            byte[] cut = Arrays.copyOf(mp3, mp3.length * part / 4 - 7);

            ChatAnswer answer = api.send(ChatRequests.ask(ChatRequests.audio(cut, "mp3"), "Transcribe the audio"));

            assertThat(answer.status()).isIn(200, 400);
            if (answer.status() == 400) {
                assertThat(answer.errorCode()).isEqualTo("invalid_audio");
            }
        }
    }

    @Test
    void doesNotKnowOtherModels() {
        assertRefused(ChatRequests.with(ChatRequests.ask("Hi"), "model", "gpt-4o"), 404, "model_not_found");
    }

    @Test
    void refusesWhatIsNoJson() {
        for (String body : new String[] {"{", "", "null", "[]", "{}x", "{\"model\":\"autoglm-phone-9b\"} {}"}) {
            ChatAnswer answer = api.send(body.getBytes(StandardCharsets.UTF_8), Map.of());

            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.errorCode()).as(body).isEqualTo("invalid_json");
        }
    }

    @Test
    void refusesAPromptThatTheContextCannotHold() {
        Map<String, Object> request = ChatRequests.ask("word ".repeat(9000));

        assertRefused(request, 400, "context_length_exceeded");
        request.remove("max_tokens");
        assertRefused(request, 400, "context_length_exceeded");
        request.put("stream", true);
        assertRefused(request, 400, "context_length_exceeded");
    }

    @Test
    void refusesMoreCompletionTokensThanTheContextCanHold() {
        assertRefused(ChatRequests.with(ChatRequests.ask("Hi"), "max_tokens", 100_000), 400, "context_length_exceeded");
    }

    @Test
    void refusesAnotherContentType() {
        byte[] body = Json.write(ChatRequests.ask("Hi")).getBytes(StandardCharsets.UTF_8);

        ChatAnswer answer = api.send(body, Map.of("Content-Type", "text/plain"));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.errorCode()).isEqualTo("unsupported_media_type");
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        byte[] body = new byte[65 * 1024 * 1024];
        Arrays.fill(body, (byte) ' ');

        ChatAnswer answer = api.send(body, Map.of());

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.errorCode()).isEqualTo("request_too_large");
    }

    private static Map<String, Object> withImage(String mediaType, byte[] file) {
        return ChatRequests.ask(ChatRequests.image(mediaType, file), "What do you see?");
    }

    private void assertRefused(Map<String, Object> request, int status, String... codes) {
        ChatAnswer answer = api.send(request);

        assertThat(answer.status()).as(answer.body()::toString).isEqualTo(status);
        assertThat(answer.errorCode()).isIn((Object[]) codes);
        assertThat(answer.errorMessage()).isNotBlank();
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    }
}
