package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Records what this release says, for the next one to read. Run by hand once a release, with
/// `-Dautoglm.wire.record=system-tests/src/test/resources/wire/<release>.bin`.
@EnabledIfSystemProperty(named = "autoglm.wire.record", matches = ".+", disabledReason = "records only when asked to")
final class WireRecordingIT {
    private final Map<Service, WireRelay> relays = new EnumMap<>(Service.class);

    @Test
    void recordsOneRequestOfEachKind() {
        try (TestCluster cluster = TestCluster.start("wire-recording", this::relayed)) {
            ChatApi api = cluster.api();
            assertThat(api.send(GoldenCase.named("text-en").request()).status()).isEqualTo(200);
            assertThat(api.send(everything()).status()).isEqualTo(200);
            assertThat(api.send(constrained()).status()).isEqualTo(200);
            assertThat(api.send(ChatRequests.ask(ChatRequests.audio(new byte[200], "wav"), "?"))
                            .status())
                    .isEqualTo(400);
        }
        new WireRecording(relays.values().stream()
                        .flatMap(relay -> relay.calls().stream())
                        .toList())
                .write(Repository.ROOT.resolve(Path.of(System.getProperty("autoglm.wire.record"))));
        relays.values().forEach(WireRelay::close);
    }

    private Map<Service, String> relayed(Map<Service, String> addresses) {
        Map<Service, String> relayed = new EnumMap<>(Service.class);
        addresses.forEach((service, address) -> {
            WireRelay relay = new WireRelay(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
            relays.put(service, relay);
            relayed.put(service, "127.0.0.1:" + relay.port());
        });
        return relayed;
    }

    /// An image, an audio, log probabilities and every number that sampling has.
    private static Map<String, Object> everything() {
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

    private static Map<String, Object> constrained() {
        return ChatRequests.with(
                ChatRequests.ask("Who are you?"), "structured_outputs", Map.of("choice", List.of("red", "blue")));
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
