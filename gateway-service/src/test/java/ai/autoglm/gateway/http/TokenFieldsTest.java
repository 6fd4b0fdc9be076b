package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.ChatEvents;
import ai.autoglm.gateway.testing.FakeDecoder;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.JsonValues;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.TokenRun;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The tokens behind a text, and which of them may be written (API 1.2, vLLM's extra parameters).
@QuarkusTest
class TokenFieldsTest extends GatewayTest {
    private static final String COMPLETIONS = "/v1/completions";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int END = 2_025;
    private static final int USER = TestBundle.tokenizer().idOf("<|user|>").orElseThrow();

    @Test
    void tellTheIdsOfPromptAndAnswerWithTheTokenThatEndedIt() throws IOException {
        backends.decoder().follow(ending("Hi", " you"));

        JsonNode answer = JSON.readTree(chat(hello("\"return_token_ids\":true")).body());

        assertThat(JsonValues.integers(answer.path("prompt_token_ids"))).isEqualTo(promptIds());
        assertThat(JsonValues.integers(answer.path("choices").path(0).path("token_ids")))
                .isEqualTo(withEnd("Hi you"));
        assertThat(answer.path("usage").path("completion_tokens").asInt())
                .isEqualTo(TestBundle.tokenizer().encodeText("Hi you").size());
        assertThat(answer.has("prompt_logprobs")).isFalse();
    }

    @Test
    void areNotToldUnlessAskedFor() {
        assertThat(chat(hello("\"logprobs\":false")).body()).doesNotContain("token_ids");
        assertThat(chat(hello("\"stream\":true")).body()).doesNotContain("token_ids");
    }

    @Test
    void tellIdsInAStreamFromTheFirstChunkToTheLast() throws IOException {
        backends.decoder().follow(ending("Hi", " you"));

        List<JsonNode> chunks =
                chunks(hello("\"return_token_ids\":true,\"stream\":true,\"n\":2"), "/v1/chat/completions");

        List<Integer> told = new ArrayList<>();
        for (JsonNode chunk : chunks) {
            boolean first = chunk.path("choices").path(0).path("delta").has("role");
            assertThat(chunk.has("prompt_token_ids")).isEqualTo(first);
            if (first) {
                assertThat(JsonValues.integers(chunk.path("prompt_token_ids"))).isEqualTo(promptIds());
            } else if (chunk.path("choices").path(0).path("index").asInt() == 1) {
                told.addAll(JsonValues.integers(chunk.path("choices").path(0).path("token_ids")));
            }
        }
        assertThat(told).isEqualTo(withEnd("Hi you"));
    }

    @Test
    void ofAHiddenThoughtAreNotTold() throws IOException {
        backends.decoder().follow(ending("<think>", "Hm", "</think>", "Yes"));

        JsonNode answer = JSON.readTree(chat(hello("\"return_token_ids\":true,\"return_reasoning\":false"))
                .body());

        assertThat(JsonValues.integers(answer.path("choices").path(0).path("token_ids")))
                .isEqualTo(withEnd("Yes"));
    }

    @Test
    void nameLogProbabilitiesByIdWhenAsked() throws IOException {
        int id = TestBundle.tokenizer().encodeText("a").at(0);
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.token(id, -0.5f);
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        JsonNode chat =
                JSON.readTree(chat(hello("\"logprobs\":true,\"top_logprobs\":1,\"return_tokens_as_token_ids\":true"))
                        .body());
        JsonNode text = answer("{\"prompt\":\"x\",\"logprobs\":1,\"return_tokens_as_token_ids\":true}");

        JsonNode token =
                chat.path("choices").path(0).path("logprobs").path("content").path(0);
        assertThat(token.path("token").asText()).isEqualTo("token_id:" + id);
        assertThat(token.path("bytes")).hasSize(1);
        assertThat(token.path("top_logprobs").path(0).path("token").asText()).isEqualTo("token_id:" + id);
        JsonNode logprobs = text.path("choices").path(0).path("logprobs");
        assertThat(logprobs.path("tokens").path(0).asText()).isEqualTo("token_id:" + id);
        assertThat(logprobs.path("top_logprobs").path(0).has("token_id:" + id)).isTrue();
    }

    @Test
    void showControlTokensInTheTextWhenAsked() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("a");
            generation.token(USER);
            generation.say("b");
            generation.finish(FinishReason.FINISH_REASON_LENGTH);
        });

        assertThat(content(hello("\"skip_special_tokens\":false"))).isEqualTo("a<|user|>b");
        assertThat(content(hello("\"skip_special_tokens\":true"))).isEqualTo("ab");
        assertThat(answer("{\"prompt\":\"x\",\"skip_special_tokens\":false}")
                        .path("choices")
                        .path(0)
                        .path("text")
                        .asText())
                .isEqualTo("a<|user|>b");
    }

    @Test
    void thatAreRuledOutAreToldToTheDecoder() {
        chat(hello("\"bad_words\":[\"phone\"],\"allowed_token_ids\":[5,6]"));

        GenerateStart start = backends.decoder().starts().getFirst();
        assertThat(start.getSampling().getAllowedTokenIdsList()).containsExactly(5, 6);
        assertThat(start.getSampling().getBannedSequencesList())
                .extracting(TokenRun::getTokenIdsList)
                .contains(ids("phone"));
        assertThat(start.hasPromptLogprobsCount()).isFalse();
    }

    @Test
    void ofThePromptAreScored() throws IOException {
        backends.decoder().follow(scoring("ok"));

        JsonNode answer = JSON.readTree(chat(hello("\"prompt_logprobs\":1")).body());

        assertThat(backends.decoder().starts().getFirst().getPromptLogprobsCount())
                .isEqualTo(1);
        JsonNode scores = answer.path("prompt_logprobs");
        List<Integer> prompt = promptIds();
        assertThat(scores).hasSameSizeAs(prompt);
        assertThat(scores.path(0).isNull()).isTrue();
        JsonNode second = scores.path(1).path(prompt.get(1).toString());
        assertThat(second.path("logprob").asDouble()).isEqualTo(-1);
        assertThat(second.path("rank").asInt()).isEqualTo(2);
        assertThat(second.path("decoded_token").asText())
                .isEqualTo(TestBundle.tokenizer().text(prompt.get(1)));
        assertThat(scores.path(1).path("5").path("rank").asInt()).isEqualTo(1);
        assertThat(answer.has("prompt_token_ids")).isFalse();
    }

    @Test
    void ofEachPromptAreScoredInTheirChoices() throws IOException {
        backends.decoder().follow(scoring("ok"));

        JsonNode answer =
                answer("{\"prompt\":[\"Who are\",\"you\"],\"n\":2,\"prompt_logprobs\":0,\"return_token_ids\":true}");

        for (int choice = 0; choice < 4; choice++) {
            List<Integer> prompt = choice < 2 ? ids("Who are") : ids("you");
            JsonNode told = answer.path("choices").path(choice);
            assertThat(JsonValues.integers(told.path("prompt_token_ids"))).isEqualTo(prompt);
            assertThat(told.path("prompt_logprobs")).hasSameSizeAs(prompt);
            assertThat(JsonValues.integers(told.path("token_ids"))).isEqualTo(withEnd("ok"));
        }
    }

    @Test
    void ofAnEchoHaveLogProbabilities() throws IOException {
        backends.decoder().follow(scoring("!"));

        JsonNode choice = answer("{\"prompt\":\"Who 😀\",\"echo\":true,\"logprobs\":1}")
                .path("choices")
                .path(0);

        JsonNode logprobs = choice.path("logprobs");
        assertThat(choice.path("text").asText()).isEqualTo("Who 😀!");
        assertThat(String.join("", strings(logprobs.path("tokens")))).isEqualTo("Who 😀!");
        assertThat(logprobs.path("token_logprobs").path(0).isNull()).isTrue();
        assertThat(logprobs.path("top_logprobs").path(0).isNull()).isTrue();
        assertThat(logprobs.path("token_logprobs").path(1).asDouble()).isEqualTo(-1);
        assertThat(logprobs.path("top_logprobs").path(1)).hasSize(2);
        int last = logprobs.path("tokens").size() - 1;
        assertThat(logprobs.path("token_logprobs").path(last).asDouble()).isEqualTo(-0.25);
        assertThat(logprobs.path("text_offset").path(last).asInt()).isEqualTo(5);
    }

    @Test
    void ofAnEchoHaveLogProbabilitiesInAStream() throws IOException {
        backends.decoder().follow(scoring("!"));

        List<JsonNode> chunks =
                chunks("{\"prompt\":\"Who are\",\"echo\":true,\"logprobs\":0,\"stream\":true}", COMPLETIONS);

        JsonNode first = chunks.getFirst().path("choices").path(0);
        assertThat(first.path("text").asText()).isEqualTo("Who are");
        assertThat(first.path("logprobs").path("tokens")).hasSameSizeAs(ids("Who are"));
        JsonNode second = chunks.get(1).path("choices").path(0);
        assertThat(second.path("logprobs").path("text_offset").path(0).asInt()).isEqualTo(7);
    }

    @Test
    void ofAPromptAloneAreScoredWithoutAnAnswer() throws IOException {
        backends.decoder().follow(scoring("never shown"));

        JsonNode answer = answer("{\"prompt\":\"Who are\",\"echo\":true,\"logprobs\":0,\"max_tokens\":0}");

        JsonNode choice = answer.path("choices").path(0);
        assertThat(choice.path("text").asText()).isEqualTo("Who are");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
        assertThat(choice.path("logprobs").path("tokens")).hasSameSizeAs(ids("Who are"));
        assertThat(answer.path("usage").path("completion_tokens").asInt()).isZero();
        assertThat(backends.decoder().starts().getFirst().getStop().getMaxTokens())
                .isEqualTo(1);
    }

    @Test
    void areScoredUpToALimit() {
        String prompt = "a b ".repeat(1_600);

        var refused =
                post(COMPLETIONS, "{\"prompt\":\"" + prompt + "\",\"prompt_logprobs\":20,\"n\":2,\"max_tokens\":1}");

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("\"param\":\"prompt_logprobs\"").contains("more than 131072");
        assertThat(backends.decoder().starts()).isEmpty();
    }

    private static FakeDecoder.Script ending(String... texts) {
        return generation -> {
            generation.accept(0);
            generation.readRows();
            for (String text : texts) {
                generation.say(text);
            }
            generation.finishAt(END);
        };
    }

    /// Scores the prompt in two messages.
    private static FakeDecoder.Script scoring(String text) {
        return generation -> {
            generation.accept(0);
            TokenIds prompt = FakeGeneration.promptIds(generation.start());
            int half = 1 + prompt.size() / 2;
            generation.scores(1, prompt.slice(1, half));
            if (half < prompt.size()) {
                generation.scores(half, prompt.slice(half, prompt.size()));
            }
            TestBundle.tokenizer().encodeText(text).stream().forEach(id -> generation.token(id, -0.25f));
            generation.finishAt(END);
        };
    }

    private List<Integer> promptIds() {
        return FakeGeneration.promptIds(backends.decoder().starts().getLast()).stream()
                .boxed()
                .toList();
    }

    private String content(String body) throws IOException {
        return JSON.readTree(chat(body).body())
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asText();
    }

    private JsonNode answer(String body) throws IOException {
        var response = post(COMPLETIONS, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private List<JsonNode> chunks(String body, String path) throws IOException {
        return ChatEvents.chunks(post(path, body).body());
    }

    private static List<Integer> ids(String text) {
        return TestBundle.tokenizer().encodeText(text).stream().boxed().toList();
    }

    private static List<Integer> withEnd(String text) {
        List<Integer> ids = new ArrayList<>(ids(text));
        ids.add(END);
        return ids;
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
