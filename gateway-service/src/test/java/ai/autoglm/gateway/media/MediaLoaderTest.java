package ai.autoglm.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.admission.AdmissionConfig;
import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.openai.AnswerBeginning;
import ai.autoglm.gateway.openai.ChatMessage;
import ai.autoglm.gateway.openai.ChatMessage.AssistantMessage;
import ai.autoglm.gateway.openai.ChatMessage.UserMessage;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ContentPart;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.ThinkingOptions;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.gateway.testing.TestFiles;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.GenerationDefaults;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.bundle.RotarySpec;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImageHeader;
import ai.autoglm.toolkit.image.ImageLimits;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaLoaderTest {
    private static final MediaLimits LIMITS =
            new MediaLimits(200_000, 200_000, 400_000, 40_000_000, ImageLimits.DEFAULT);
    private static final VisionSpec VISION = new VisionSpec(
            32, 24, 14, 2, 2, 12_544, 130_000, List.of(0.48f, 0.46f, 0.41f), List.of(0.27f, 0.26f, 0.28f));
    private static final AudioSpec AUDIO = new AudioSpec(16_000, 160, 400, 128, 6, 75);
    private static final RemoteFiles NO_REMOTE_FILES =
            new RemoteFiles(Vertx.vertx(), TestConfig.of(RemoteMediaConfig.class, Map.of()));
    private static final HeldBytes.Share HELD = new HeldBytes(TestConfig.of(AdmissionConfig.class, Map.of())).share();
    private static final MediaLoader LOADER = new MediaLoader(bundle(VISION, AUDIO), LIMITS, NO_REMOTE_FILES);

    @Test
    void knowsTheGoldenGrids() throws IOException {
        JsonNode cases = new ObjectMapper().readTree(TestFiles.golden("golden.json"));
        int imageCount = 0;
        for (JsonNode golden : cases) {
            for (int i = 0; i < golden.path("images").size(); i++) {
                byte[] file = TestFiles.golden(golden.get("images").get(i).textValue());
                JsonNode grid = golden.get("image_grids").get(i);
                Medium.Image image = (Medium.Image) load(image("data:image/png;base64," + base64(file)));
                assertThat(image.mergedRows()).isEqualTo(grid.get(1).intValue() / 2);
                assertThat(image.mergedColumns()).isEqualTo(grid.get(2).intValue() / 2);
                assertThat(image.tokenCount()).isEqualTo(image.mergedRows() * image.mergedColumns());
                assertThat(bytes(image)).isEqualTo(file);
                imageCount++;
            }
        }
        assertThat(imageCount).isGreaterThan(3);
    }

    @Test
    void keepsMediaInPromptOrderWithTheirPlaces() {
        ContentPart.Image image = image("data:;base64," + base64(screen()));
        ContentPart.Audio audio = new ContentPart.Audio(base64(new byte[] {1, 2}), "second");
        List<ChatMessage> messages = List.of(
                new UserMessage(List.of(new ContentPart.Text("a"), image)),
                new AssistantMessage(List.of(new ContentPart.Text("b"))),
                new UserMessage(List.of(audio, new ContentPart.Text("c"))));
        assertThat(LOADER.load(request(messages), HELD))
                .extracting(Medium::param)
                .containsExactly("messages[0].content[0].image_url", "second");
    }

    @Test
    void hashesTheFile() {
        Medium.Audio audio =
                (Medium.Audio) load(new ContentPart.Audio(base64("abc".getBytes(StandardCharsets.US_ASCII)), "p"));
        assertThat(HexFormat.of().formatHex(audio.sha256().toByteArray()))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:image/png;base64,",
                "DATA:IMAGE/PNG;BASE64,",
                "data:;base64,",
                "data:image/jpeg;name=a;Base64,",
                "data:text/html;charset=utf-8;base64,",
                "data:image/png;base64 ,"
            })
    void readsEverySpellingOfADataUrlAndLooksAtTheBytesOnly(String prefix) {
        Medium.Image image = (Medium.Image) load(image(prefix + base64(screen())));
        assertThat(image.tokenCount()).isEqualTo(78);
        assertThat(bytes(image)).isEqualTo(screen());
    }

    @Test
    void readsBase64ThatIsWrapped() {
        String wrapped = Base64.getMimeEncoder(76, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(screen());
        assertThat(bytes(load(image("data:image/png;base64,\r\n\t " + wrapped + "\n"))))
                .isEqualTo(screen());
    }

    @Test
    void readsBase64WithoutItsPadding() {
        for (int length = 1; length < 8; length++) {
            byte[] file = new byte[length];
            String padded = base64(file);
            String bare = padded.replace("=", "");
            assertThat(bytes(load(new ContentPart.Audio(padded, "p")))).isEqualTo(file);
            assertThat(bytes(load(new ContentPart.Audio(bare, "p")))).isEqualTo(file);
            assertThat(bytes(load(new ContentPart.Audio("data:audio/wav;base64," + bare, "p"))))
                    .isEqualTo(file);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    data:image/png;base64,            | EMPTY_IMAGE_FILE
                    data:image/png;base64,==          | EMPTY_IMAGE_FILE
                    data:image/png;base64,@@@@        | INVALID_BASE64_IMAGE
                    data:image/png;base64,A           | INVALID_BASE64_IMAGE
                    data:image/png;base64,AAAA=AAA    | INVALID_BASE64_IMAGE
                    data:image/png;base64,AA-_        | INVALID_BASE64_IMAGE
                    data:image/png;base64,AA%3D%3D    | INVALID_BASE64_IMAGE
                    data:image/png;base64,图片图片      | INVALID_BASE64_IMAGE
                    data:image/png;base64,AAAA        | UNSUPPORTED_IMAGE_MEDIA_TYPE
                    data:image/png,AAAA               | INVALID_IMAGE_URL
                    data:image/png;base64             | INVALID_IMAGE_URL
                    data:                             | INVALID_IMAGE_URL
                    http://example.com/a.png          | INVALID_IMAGE_URL
                    HTTPS://example.com/a.png         | INVALID_IMAGE_URL
                    file:///etc/passwd                | INVALID_IMAGE_URL
                    ftp://example.com/a.png           | INVALID_IMAGE_URL
                    /etc/passwd                       | INVALID_IMAGE_URL
                    iVBORw0KGgo=                      | INVALID_IMAGE_URL
                    """)
    void refusesWhatIsNoImage(String url, ErrorCode code) {
        assertRefused(LOADER, image(url), code);
    }

    @Test
    void refusesAnEmptyUrl() {
        assertRefused(LOADER, image(""), ErrorCode.INVALID_IMAGE_URL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    ""                            | INVALID_AUDIO
                    @@@@                          | INVALID_AUDIO
                    data:audio/wav;base64,        | INVALID_AUDIO
                    data:audio/wav,AAAA           | INVALID_VALUE
                    https://example.com/a.wav     | INVALID_VALUE
                    file:///etc/passwd            | INVALID_VALUE
                    """)
    void refusesWhatIsNoAudio(String data, ErrorCode code) {
        assertRefused(LOADER, new ContentPart.Audio(data, "p"), code);
    }

    @Test
    void refusesAnImageOfTooManyPixels() {
        MediaLimits few =
                new MediaLimits(200_000, 200_000, 400_000, 40_000_000, new ImageLimits(1_000, 16_384, 4, 200));
        assertRefused(
                new MediaLoader(bundle(VISION, AUDIO), few, NO_REMOTE_FILES),
                image("data:;base64," + base64(screen())),
                ErrorCode.IMAGE_TOO_LARGE);
    }

    @Test
    void boundsThePixelsOfAllImagesTogether() {
        ImageHeader header = ImageHeader.read(screen(), ImageLimits.DEFAULT);
        long pixels = (long) header.width() * header.height();
        String url = "data:;base64," + base64(screen());
        List<ContentPart> two = List.of(new ContentPart.Image(url, "a"), new ContentPart.Image(url, "b"));
        MediaLimits enough = new MediaLimits(200_000, 200_000, 400_000, 2 * pixels, ImageLimits.DEFAULT);
        MediaLimits few = new MediaLimits(200_000, 200_000, 400_000, 2 * pixels - 1, ImageLimits.DEFAULT);

        assertThat(new MediaLoader(bundle(VISION, AUDIO), enough, NO_REMOTE_FILES)
                        .load(request(List.of(new UserMessage(two))), HELD))
                .hasSize(2);
        assertThatThrownBy(() -> new MediaLoader(bundle(VISION, AUDIO), few, NO_REMOTE_FILES)
                        .load(request(List.of(new UserMessage(two))), HELD))
                .isInstanceOfSatisfying(ServingException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_TOO_LARGE);
                    assertThat(e.param()).contains("b");
                    assertThat(e.message()).contains(String.valueOf(2 * pixels));
                });
    }

    @Test
    void limitsEachFileAndAllTogether() {
        String atLimit = base64(new byte[200_000]);
        assertThat(load(new ContentPart.Audio(atLimit, "p")).bytes().size()).isEqualTo(200_000);
        assertRefused(LOADER, new ContentPart.Audio(base64(new byte[200_001]), "p"), ErrorCode.REQUEST_TOO_LARGE);
        assertRefused(LOADER, image("data:;base64," + base64(new byte[200_001])), ErrorCode.IMAGE_FILE_TOO_LARGE);
        List<ContentPart> three = List.of(
                new ContentPart.Audio(atLimit, "a"),
                new ContentPart.Audio(atLimit, "b"),
                new ContentPart.Audio("AAAA", "c"));
        assertThatThrownBy(() -> LOADER.load(request(List.of(new UserMessage(three))), HELD))
                .isInstanceOfSatisfying(ServingException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
                    assertThat(e.param()).contains("c");
                    assertThat(e.message()).contains("400000");
                });
    }

    @Test
    void refusesMediaThatTheModelHasNoEncoderFor() {
        MediaLoader textOnly = new MediaLoader(bundle(null, null), LIMITS, NO_REMOTE_FILES);
        assertRefused(textOnly, image("data:;base64," + base64(screen())), ErrorCode.UNSUPPORTED_CONTENT_TYPE);
        assertRefused(textOnly, new ContentPart.Audio("AAAA", "p"), ErrorCode.UNSUPPORTED_CONTENT_TYPE);
        assertThat(textOnly.load(request(List.of(new UserMessage(List.of(new ContentPart.Text("a"))))), HELD))
                .isEmpty();
    }

    private static void assertRefused(MediaLoader loader, ContentPart part, ErrorCode code) {
        assertThatThrownBy(() -> loader.load(request(List.of(new UserMessage(List.of(part)))), HELD))
                .isInstanceOfSatisfying(ServingException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.param()).isPresent();
                });
    }

    private static ChatRequest request(List<ChatMessage> messages) {
        return new ChatRequest(
                messages,
                AnswerBeginning.NEW,
                ToolUse.NONE,
                null,
                GenerationOptions.DEFAULTS,
                new ThinkingOptions(null, null),
                new StreamOptions(false, false, false));
    }

    private static Medium load(ContentPart part) {
        return LOADER.load(request(List.of(new UserMessage(List.of(part)))), HELD)
                .getFirst();
    }

    private static byte[] bytes(Medium medium) {
        return medium.bytes().toByteArray();
    }

    private static ContentPart.Image image(String url) {
        return new ContentPart.Image(url, "messages[0].content[0].image_url");
    }

    private static String base64(byte[] file) {
        return Base64.getEncoder().encodeToString(file);
    }

    private static byte[] screen() {
        return TestFiles.golden("screen0.png");
    }

    private static BundleManifest bundle(@Nullable VisionSpec vision, @Nullable AudioSpec audio) {
        return new BundleManifest(
                BundleManifest.FORMAT_VERSION,
                "0".repeat(64),
                "test",
                "0".repeat(64),
                "Glm4vForConditionalGeneration",
                Precision.FP32,
                ContentFormat.PARTS,
                new DecoderSpec(2_048, 256, 2, 4, 2, 64, 32_768, new RotarySpec(10_000, 32, true, List.of(4, 6, 6))),
                vision,
                audio,
                null,
                new TokenSpec(List.of(2_025), 2_039, 2_043),
                new GenerationDefaults(1, 1, 0, 1));
    }
}
