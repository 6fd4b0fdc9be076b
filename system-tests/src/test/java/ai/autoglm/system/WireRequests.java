package ai.autoglm.system;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/// The requests whose messages are recorded, one of each kind.
final class WireRequests {
    static final GoldenCase TEXT = GoldenCase.named("text-en");
    static final List<String> CHOICES = List.of("red", "blue");

    private WireRequests() {}

    /// A greedy answer.
    static Map<String, Object> text() {
        return TEXT.request();
    }

    /// A file that its encoder refuses.
    static Map<String, Object> brokenAudio() {
        return ChatRequests.ask(ChatRequests.audio(new byte[200], "wav"), "?");
    }

    /// An image, an audio, log probabilities and every number that sampling has.
    static Map<String, Object> everything() {
        Map<String, Object> request =
                ChatRequests.ask(ChatRequests.image(smallImage()), ChatRequests.audio(shortAudio(), "wav"), "Tap it");
        request.putAll(Map.of(
                "temperature", 0.7,
                "seed", 11,
                "top_p", 0.9,
                "top_k", 50,
                "min_p", 0.05,
                "presence_penalty", 0.5,
                "frequency_penalty", 0.25,
                "repetition_penalty", 1.1,
                "max_tokens", 8));
        request.putAll(Map.of(
                "logit_bias",
                Map.of("7", -2),
                "stop_token_ids",
                List.of(2),
                "min_tokens",
                1,
                "logprobs",
                true,
                "top_logprobs",
                2));
        return request;
    }

    static Map<String, Object> constrained() {
        return ChatRequests.with(ChatRequests.ask("Who are you?"), "structured_outputs", Map.of("choice", CHOICES));
    }

    private static byte[] smallImage() {
        BufferedImage image = new BufferedImage(112, 112, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 112; pixel++) {
            image.setRGB(pixel, pixel, 0xff8800);
        }
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(image, "png", file);
            return file.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The header of a recording with a third of a second of its sound.
    private static byte[] shortAudio() {
        byte[] file = Repository.golden("speech1.wav");
        return Arrays.copyOf(file, 44 + 16_000 * 2 / 3);
    }
}
