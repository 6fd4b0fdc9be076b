package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.ChatEvents;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.FinishReason;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The rules of a stream, one by one, each of which some client relies on (API 1.6).
@QuarkusTest
class StreamContractTest extends GatewayTest {
    private static final String SPLIT = "\"enable_thinking\":true";
    private static final String ANSWER = "<think>hm\n</think>\n<answer>one\ntwo\u2028😀";

    @BeforeEach
    void answerInSeveralLines() {
        backends.decoder().follow(FakeGeneration.says(ANSWER));
    }

    @Test
    void writesEventsOfOneDataLineEndedByTwoLineFeeds() {
        String body = stream(SPLIT);

        assertThat(body).doesNotContain("\r").endsWith("\n\n");
        assertThat(events(body)).allMatch(event -> event.startsWith("data: ") && !event.contains("\n"));
    }

    @Test
    void doesNotCompressThoughTheClientWouldTakeIt() {
        HttpResponse<String> response = send(request(CHAT)
                .header("Accept-Encoding", "gzip, deflate, br")
                .POST(BodyPublishers.ofString(hello("\"stream\":true"))));

        assertThat(response.headers().firstValue("content-encoding")).isEmpty();
        assertThat(response.headers().firstValue("content-length")).isEmpty();
        assertThat(response.body()).startsWith("data: {");
    }

    @Test
    void carriesTheSameIdentityInEveryChunk() throws IOException {
        List<JsonNode> chunks = ChatEvents.chunks(stream(SPLIT));

        assertThat(chunks)
                .extracting(chunk -> List.of(
                        chunk.path("id"),
                        chunk.path("created"),
                        chunk.path("model"),
                        chunk.path("system_fingerprint"),
                        chunk.path("object")))
                .containsOnly(List.of(
                        chunks.getFirst().path("id"),
                        chunks.getFirst().path("created"),
                        chunks.getFirst().path("model"),
                        chunks.getFirst().path("system_fingerprint"),
                        chunks.getFirst().path("object")));
        assertThat(chunks.getFirst().path("created").isIntegralNumber()).isTrue();
        assertThat(chunks.getFirst().path("id").asText()).startsWith("chatcmpl-");
    }

    @Test
    void saysTheRoleOnceAndFirst() throws IOException {
        List<JsonNode> deltas = deltas(stream(SPLIT));

        assertThat(deltas.getFirst().toString()).isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
        assertThat(deltas.subList(1, deltas.size())).noneMatch(delta -> delta.has("role"));
    }

    @Test
    void ordersReasoningThenContentThenTheEnd() throws IOException {
        List<JsonNode> deltas = deltas(stream(SPLIT));

        String kinds = deltas.subList(1, deltas.size()).stream()
                .map(delta -> delta.has("reasoning_content") ? "r" : delta.has("content") ? "c" : "e")
                .collect(Collectors.joining());
        assertThat(kinds).matches("r+c+e");
        assertThat(deltas).noneMatch(delta -> delta.has("reasoning_content") && delta.has("content"));
    }

    @Test
    void endsAChoiceWithAnEmptyDeltaAndNothingAfterIt() throws IOException {
        List<JsonNode> choices = ChatEvents.choices(stream(SPLIT));

        assertThat(choices.getLast().path("delta").toString()).isEqualTo("{}");
        assertThat(choices.getLast().path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choices.subList(0, choices.size() - 1))
                .allMatch(choice -> choice.path("finish_reason").isNull());
    }

    @Test
    void hasADeltaObjectInEveryChoiceAndAnIndex() throws IOException {
        assertThat(ChatEvents.choices(stream(SPLIT)))
                .allMatch(choice ->
                        choice.path("delta").isObject() && choice.path("index").isInt() && choice.has("logprobs"));
    }

    @Test
    void hasNoErrorKeyInAChunk() throws IOException {
        assertThat(ChatEvents.chunks(stream(SPLIT + ",\"stream_options\":{\"include_usage\":true}")))
                .noneMatch(chunk -> chunk.has("error"));
    }

    @Test
    void hasNoUsageKeyUnlessAsked() throws IOException {
        assertThat(ChatEvents.chunks(stream(SPLIT))).noneMatch(chunk -> chunk.has("usage"));
    }

    @Test
    void putsUsageInAChunkWithoutChoicesBehindAllOthers() throws IOException {
        List<JsonNode> chunks = ChatEvents.chunks(stream(SPLIT + ",\"stream_options\":{\"include_usage\":true}"));

        assertThat(chunks.getLast().path("choices").isArray()).isTrue();
        assertThat(chunks.getLast().path("choices")).isEmpty();
        assertThat(chunks.getLast().path("usage").path("total_tokens").asInt()).isPositive();
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allMatch(chunk -> chunk.has("usage") && chunk.path("usage").isNull());
    }

    @Test
    void putsUsageInEveryChunkWhenAskedTo() throws IOException {
        List<JsonNode> chunks = ChatEvents.chunks(
                stream(SPLIT + ",\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}"));

        List<Integer> counts = chunks.stream()
                .map(chunk -> chunk.path("usage").path("completion_tokens").asInt(-1))
                .toList();
        assertThat(counts).doesNotContain(-1).isSorted();
        assertThat(counts.getFirst()).isLessThan(counts.getLast());
    }

    @Test
    void sendsAChunkThoughNothingIsGenerated() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        List<JsonNode> choices = ChatEvents.choices(stream(SPLIT));

        assertThat(choices).hasSize(2);
        assertThat(choices.getFirst().path("delta").path("role").asText()).isEqualTo("assistant");
        assertThat(choices.getLast().path("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void neverShowsAPartOfAStopString() throws IOException {
        backends.decoder().follow(FakeGeneration.says("a", "S", "T", "a", "S", "T", "O", "P", "b"));

        assertThat(deltas(stream("\"stop\":\"STOP\"")).stream()
                        .map(delta -> delta.path("content").asText())
                        .filter(text -> !text.isEmpty())
                        .toList())
                .containsExactly("a", "STa");
    }

    @Test
    void cutsNoCodePointAndNoSurrogatePair() throws IOException {
        List<JsonNode> deltas = deltas(stream(""));

        for (JsonNode delta : deltas) {
            String text = delta.path("content").asText();
            assertThat(text).doesNotContain("\uFFFD");
            assertThat(text.codePoints()).noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
        }
        assertThat(deltas.stream().map(delta -> delta.path("content").asText()).collect(Collectors.joining()))
                .isEqualTo(ANSWER);
    }

    @Test
    void putsLogProbabilitiesOnContentChunksOnly() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            TestBundle.tokenizer().encodeText(ANSWER).stream().forEach(id -> generation.token(id, -0.5f));
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        List<JsonNode> choices = ChatEvents.choices(stream(SPLIT + ",\"logprobs\":true,\"top_logprobs\":1"));

        assertThat(backends.decoder().starts().getFirst().getLogprobsCount()).isEqualTo(1);
        for (JsonNode choice : choices) {
            String content = choice.path("delta").path("content").asText();
            assertThat(choice.path("logprobs").isNull()).isEqualTo(content.isEmpty());
            StringBuilder tokens = new StringBuilder();
            for (JsonNode token : choice.path("logprobs").path("content")) {
                tokens.append(token.path("token").asText());
                assertThat(token.path("logprob").asDouble()).isEqualTo(-0.5);
                assertThat(token.path("top_logprobs")).hasSize(1);
            }
            assertThat(tokens.toString()).isEqualTo(content);
        }
    }

    @Test
    void tellsTheStopTokenThatTheClientHadAskedFor() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("a");
            generation.finishAt(300);
        });

        assertThat(ChatEvents.choices(stream("\"stop_token_ids\":[300]"))
                        .getLast()
                        .path("stop_reason")
                        .asInt())
                .isEqualTo(300);
        assertThat(ChatEvents.choices(stream("")).getLast().has("stop_reason")).isFalse();
    }

    @Test
    void saysNothingBeforeTheFirstTokenButTheHead() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.progress(1);
            generation.progress(2);
            generation.say("a");
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        assertThat(ChatEvents.chunks(stream(""))).hasSize(3);
    }

    @Test
    void sendsTheBeginningOfAContinuedAnswerWhenAskedTo() throws IOException {
        backends.decoder().follow(FakeGeneration.says(" upon"));
        String messages = "{\"messages\":[{\"role\":\"user\",\"content\":\"go\"},"
                + "{\"role\":\"assistant\",\"content\":\"Once\"}],\"stream\":true,\"continue_final_message\":true";

        assertThat(content(chat(messages + "}").body())).isEqualTo(" upon");
        assertThat(content(chat(messages + ",\"echo\":true}").body())).isEqualTo("Once upon");
    }

    private String stream(String fields) {
        HttpResponse<String> response = chat(hello("\"stream\":true" + (fields.isEmpty() ? "" : ",") + fields));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).endsWith("data: [DONE]\n\n");
        return response.body();
    }

    private static String content(String events) throws IOException {
        return deltas(events).stream()
                .map(delta -> delta.path("content").asText())
                .collect(Collectors.joining());
    }

    private static List<JsonNode> deltas(String events) throws IOException {
        return ChatEvents.choices(events).stream()
                .map(choice -> choice.path("delta"))
                .toList();
    }

    private static List<String> events(String body) {
        return List.of(body.strip().split("\n\n", -1));
    }
}
