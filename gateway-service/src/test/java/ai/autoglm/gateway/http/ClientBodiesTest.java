package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.FakeGeneration;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Bodies in the shapes that clients send which no test here can run: they send more than they need. Source: API 4.
@QuarkusTest
class ClientBodiesTest extends GatewayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Stream<Named<String>> whole() {
        return Stream.of(
                Named.of("Open WebUI asks for a title", """
                        {"model":"autoglm-phone-9b","stream":false,"max_completion_tokens":1000,
                        "messages":[{"role":"user","content":"### Task:\\nGenerate a concise title as JSON."}],
                        "chat_id":"c0ffee","session_id":"a","background_tasks":{"title_generation":true},
                        "features":{"web_search":false},"files":null,"tool_ids":[],"params":{}}"""),
                Named.of("LiteLLM passes on what it was given", """
                        {"model":"zai-org/AutoGLM-Phone-9B","messages":[{"role":"user","content":"Hi","name":null}],
                        "temperature":null,"n":null,"stop":[],"user":"","tools":null,"functions":null,"max_tokens":16,
                        "logit_bias":null,"extra_headers":null,"litellm_metadata":{"key":"x"}}"""),
                Named.of("Spring AI", """
                        {"messages":[{"content":"Hi","role":"user"}],"model":"autoglm-phone-9b","stream":false,
                        "temperature":0.7,"parallel_tool_calls":true,"tools":[]}"""),
                Named.of("LangChain with the answer of a turn before", """
                        {"model":"autoglm-phone-9b","temperature":0.5,"max_completion_tokens":64,"n":1,"messages":[
                        {"role":"developer","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Hi"}]},
                        {"role":"assistant","content":"Hello","tool_calls":null,"refusal":null,"annotations":[],
                        "audio":null,"function_call":null},{"role":"user","content":"Again"}]}"""),
                Named.of("a phone client with fields of GLM's own API", """
                        {"model":"autoglm-phone-9b","messages":[{"role":"user","content":"Hi"}],"do_sample":false,
                        "thinking":{"type":"disabled"},"request_id":"r-1","user_id":"u-1","sensitive_word_check":{}}"""));
    }

    static Stream<Named<String>> streamed() {
        return Stream.of(Named.of("vLLM's benchmark", """
                        {"model":"autoglm-phone-9b","messages":[{"role":"user","content":[{"type":"text","text":"a b c"}]}],
                        "temperature":0.0,"max_completion_tokens":8,"stream":true,"ignore_eos":true,
                        "stream_options":{"include_usage":true}}"""), Named.of("guidellm", """
                        {"messages":[{"role":"user","content":[{"type":"text","text":"a b c"}]}],"model":"autoglm-phone-9b",
                        "max_completion_tokens":8,"stop":null,"ignore_eos":true,"stream":true,
                        "stream_options":{"include_usage":true,"continuous_usage_stats":true}}"""));
    }

    @ParameterizedTest
    @MethodSource("whole")
    void areAnswered(String body) throws IOException {
        HttpResponse<String> response = chat(body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode choice = JSON.readTree(response.body()).path("choices").path(0);
        assertThat(choice.path("message").path("content").asText()).isEqualTo("ok");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    }

    @ParameterizedTest
    @MethodSource("streamed")
    void areStreamedAsBenchmarksReadThem(String body) throws IOException {
        backends.decoder().follow(FakeGeneration.says("one", " two", " three"));

        String events = chat(body).body();

        assertThat(events).endsWith("data: [DONE]\n\n");
        List<String> data = Stream.of(events.split("\n\n"))
                .map(event -> event.substring("data: ".length()))
                .toList();
        for (String chunk : data.subList(0, data.size() - 2)) {
            assertThat(JSON.readTree(chunk)
                            .path("choices")
                            .path(0)
                            .path("delta")
                            .isObject())
                    .isTrue();
        }
        JsonNode last = JSON.readTree(data.get(data.size() - 2));
        assertThat(last.path("choices")).isEmpty();
        assertThat(last.path("usage").path("completion_tokens").asInt()).isPositive();
        assertThat(backends.decoder().starts().getLast().getStop().getIgnoreEos())
                .isTrue();
    }
}
