package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.JsonValues;
import ai.autoglm.gateway.testing.TestFiles;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.MediaRun;
import ai.autoglm.proto.v1.PromptSegment;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every golden case through HTTP: the decoder is asked for the prompt that transformers makes, and its
/// greedy tokens come back as the text that transformers decodes.
@QuarkusTest
class GoldenPromptsTest extends GatewayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int IMAGE_PLACEHOLDER = 2039;
    private static final int AUDIO_PLACEHOLDER = 2043;

    static Stream<String> names() throws IOException {
        return cases().map(example -> example.path("name").asText());
    }

    @ParameterizedTest
    @MethodSource("names")
    void promptAndTextEqualThoseOfTransformers(String name) throws IOException {
        JsonNode example = cases().filter(each -> each.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
        backends.audio()
                .countAudioTokens(example.path("audio_token_counts").path(0).asInt(1));
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.readRows();
            example.path("greedy_token_ids").forEach(id -> generation.token(id.asInt()));
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        JsonNode answer = JSON.readTree(chat(body(example)).body());

        assertThat(answer.path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asText())
                .isEqualTo(example.path("greedy_text").asText());
        GenerateStart start = backends.decoder().starts().getFirst();
        assertThat(tokenIds(start)).isEqualTo(JsonValues.integers(example.path("prompt_token_ids")));
        assertThat(fuseFlags(start)).isEqualTo(JsonValues.integers(example.path("fuse_flags")));
        assertThat(answer.path("usage").path("prompt_tokens").asInt())
                .isEqualTo(example.path("prompt_token_ids").size());
        assertThat(answer.path("usage").path("completion_tokens").asInt())
                .isEqualTo(example.path("greedy_token_ids").size());
    }

    private static Stream<JsonNode> cases() throws IOException {
        return JSON.readTree(TestFiles.golden("golden.json")).valueStream();
    }

    private static String body(JsonNode example) {
        ObjectNode body = JSON.createObjectNode();
        Iterator<JsonNode> images = example.path("images").elements();
        Iterator<JsonNode> audios = example.path("audios").elements();
        ArrayNode messages = body.putArray("messages");
        for (JsonNode message : example.path("messages")) {
            ArrayNode content = messages.addObject()
                    .put("role", message.path("role").asText())
                    .putArray("content");
            for (JsonNode part : message.path("parts")) {
                switch (part.asText()) {
                    case "image" ->
                        content.addObject()
                                .put("type", "image_url")
                                .putObject("image_url")
                                .put("url", "data:image/png;base64," + base64(images.next()));
                    case "audio" ->
                        content.addObject()
                                .put("type", "input_audio")
                                .putObject("input_audio")
                                .put("format", "wav")
                                .put("data", base64(audios.next()));
                    default -> content.addObject().put("type", "text").put("text", part.asText());
                }
            }
        }
        if (!example.path("enable_thinking").asBoolean()) {
            body.put("enable_thinking", false);
        }
        return body.toString();
    }

    private static String base64(JsonNode file) {
        return Base64.getEncoder().encodeToString(TestFiles.golden(file.asText()));
    }

    private static List<Integer> tokenIds(GenerateStart start) {
        List<Integer> ids = new ArrayList<>();
        for (PromptSegment segment : start.getPromptList()) {
            if (segment.hasTokens()) {
                ids.addAll(segment.getTokens().getTokenIdsList());
            } else {
                MediaRun media = segment.getMedia();
                ids.addAll(Collections.nCopies(
                        media.getTokenCount(), media.hasImage() ? IMAGE_PLACEHOLDER : AUDIO_PLACEHOLDER));
            }
        }
        return ids;
    }

    private static List<Integer> fuseFlags(GenerateStart start) {
        List<Integer> flags = new ArrayList<>();
        for (PromptSegment segment : start.getPromptList()) {
            int count = segment.hasTokens()
                    ? segment.getTokens().getTokenIdsCount()
                    : segment.getMedia().getTokenCount();
            flags.addAll(Collections.nCopies(count, segment.getFused() ? 1 : 0));
        }
        return flags;
    }
}
