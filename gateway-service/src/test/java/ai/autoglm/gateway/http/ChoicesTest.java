package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.ChatEvents;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Several answers to one request (API 1.2, `n`).
@QuarkusTest
class ChoicesTest extends GatewayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void answersAsManyTimesAsAskedAndCountsThePromptOnce() throws IOException {
        backends.decoder().follow(FakeGeneration.says("a", "b"));

        JsonNode answer = JSON.readTree(chat(hello("\"n\":3")).body());

        assertThat(answer.path("choices")).hasSize(3);
        for (int index = 0; index < 3; index++) {
            JsonNode choice = answer.path("choices").path(index);
            assertThat(choice.path("index").asInt()).isEqualTo(index);
            assertThat(choice.path("message").path("content").asText()).isEqualTo("ab");
        }
        assertThat(answer.path("usage").path("prompt_tokens").asInt()).isEqualTo(8);
        assertThat(answer.path("usage").path("completion_tokens").asInt()).isEqualTo(6);
    }

    @Test
    void drawsEachChoiceWithASeedOfItsOwnWhichTheRequestsSeedDecides() {
        chat(hello("\"n\":3,\"seed\":7"));
        List<Long> first = seeds();
        backends.decoder().starts().clear();
        chat(hello("\"n\":3,\"seed\":7"));

        assertThat(first).hasSize(3).doesNotHaveDuplicates().startsWith(7L);
        assertThat(seeds()).containsExactlyElementsOf(first);
    }

    @Test
    void startsTheOtherChoicesWhenTheFirstTokenOfTheFirstHasCome() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            if (backends.decoder().starts().size() == 1) {
                generation.progress(4);
                Await.pause(Duration.ofMillis(200));
                assertThat(backends.decoder().starts()).hasSize(1);
            }
            generation.say("a");
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        assertThat(chat(hello("\"n\":4")).statusCode()).isEqualTo(200);
        assertThat(backends.decoder().starts()).hasSize(4);
    }

    @Test
    void startsChoicesInTheOrderOfTheirIndicesThoughALaterOneIsFaster() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            if (backends.decoder().starts().size() == 2) {
                Await.pause(Duration.ofMillis(300));
            }
            generation.say("a");
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        List<JsonNode> choices = new ArrayList<>();
        for (JsonNode chunk :
                ChatEvents.chunks(chat(hello("\"stream\":true,\"n\":3")).body())) {
            chunk.path("choices").forEach(choices::add);
        }

        List<Integer> seen = choices.stream()
                .map(choice -> choice.path("index").asInt())
                .distinct()
                .toList();
        assertThat(seen).containsExactly(0, 1, 2);
        Map<Integer, String> content = new HashMap<>();
        Map<Integer, Integer> roles = new HashMap<>();
        Map<Integer, Integer> ends = new HashMap<>();
        for (JsonNode choice : choices) {
            int index = choice.path("index").asInt();
            content.merge(index, choice.path("delta").path("content").asText(), String::concat);
            roles.merge(index, choice.path("delta").has("role") ? 1 : 0, Integer::sum);
            ends.merge(index, choice.path("finish_reason").isNull() ? 0 : 1, Integer::sum);
        }
        assertThat(content).isEqualTo(Map.of(0, "a", 1, "a", 2, "a"));
        assertThat(roles.values()).containsOnly(1);
        assertThat(ends.values()).containsOnly(1);
    }

    @Test
    void closesWithOneUsageChunkOverAllChoices() throws IOException {
        backends.decoder().follow(FakeGeneration.says("a"));

        List<JsonNode> chunks =
                ChatEvents.chunks(chat(hello("\"stream\":true,\"n\":2,\"stream_options\":{\"include_usage\":true}"))
                        .body());

        assertThat(chunks.getLast().path("usage").path("prompt_tokens").asInt()).isEqualTo(8);
        assertThat(chunks.getLast().path("usage").path("completion_tokens").asInt())
                .isEqualTo(2);
        assertThat(chunks).filteredOn(chunk -> chunk.path("choices").isEmpty()).hasSize(1);
    }

    @Test
    void aStopStringEndsItsOwnChoiceOnly() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            if (backends.decoder().starts().size() == 1) {
                generation.say("one STOP");
                generation.awaitCancel();
            } else {
                generation.say("two three");
                generation.finish(FinishReason.FINISH_REASON_LENGTH);
            }
        });

        JsonNode choices =
                JSON.readTree(chat(hello("\"n\":2,\"stop\":\"STOP\"")).body()).path("choices");

        assertThat(choices.path(0).path("message").path("content").asText()).isEqualTo("one ");
        assertThat(choices.path(0).path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choices.path(0).path("stop_reason").asText()).isEqualTo("STOP");
        assertThat(choices.path(1).path("message").path("content").asText()).isEqualTo("two three");
        assertThat(choices.path(1).path("finish_reason").asText()).isEqualTo("length");
        assertThat(choices.path(1).has("stop_reason")).isFalse();
        Await.until("the first is cancelled", () -> backends.decoder().cancelledCount() == 1);
    }

    @Test
    void sendsMediaForEachChoiceThatNeedsThem() {
        String body = withParts(image("screen0.png"), text("what?"));

        HttpResponse<String> response = chat(body.substring(0, body.length() - 1) + ",\"n\":2}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(backends.vision().received()).hasSize(2);
        assertThat(backends.decoder().starts())
                .extracting(GenerateStart::getPromptList)
                .containsExactly(
                        backends.decoder().starts().get(0).getPromptList(),
                        backends.decoder().starts().get(0).getPromptList());
    }

    @Test
    void aRefusalOfALaterChoiceIsAPlainHttpErrorAndEndsTheOthers() {
        backends.decoder().follow(generation -> {
            if (backends.decoder().starts().size() == 2) {
                throw new ServingException(ErrorCode.OVERLOADED, "The queue is full: 16 requests wait.");
            }
            generation.accept(0);
            generation.say("a");
            generation.awaitCancel();
        });

        assertThat(chat(hello("\"stream\":true,\"n\":2")).statusCode()).isEqualTo(503);
        Await.until("the first is cancelled", () -> backends.decoder().cancelledCount() == 1);
    }

    @Test
    void aClientThatLeavesEndsAllChoices() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("Hello");
            generation.awaitCancel();
        });
        try (RawConnection client = connect()) {
            client.post(CHAT, "", hello("\"stream\":true,\"n\":3"));
            client.readUntil("Hello");
        }

        Await.until("no generation runs", () -> backends.decoder().runningCount() == 0);
    }

    private List<Long> seeds() {
        return backends.decoder().starts().stream()
                .map(start -> start.getSampling().getSeed())
                .toList();
    }
}
