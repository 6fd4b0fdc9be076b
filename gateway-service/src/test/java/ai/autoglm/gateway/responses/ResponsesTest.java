package ai.autoglm.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.http.GatewayTest;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.PromptSegment;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ResponsesTest extends GatewayTest {
    private static final String RESPONSES = "/v1/responses";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern IDS = Pattern.compile("\"(resp_|msg_|rs_)[0-9a-f]{32}\"");

    @Test
    void answersInOneBody() {
        backends.decoder().follow(FakeGeneration.says("<think>Hm.</think>\n<answer>Hi"));

        HttpResponse<String> response = post(
                RESPONSES,
                "{\"model\":\"autoglm-phone-9b\",\"instructions\":\"Be short.\",\"input\":\"Hello\","
                        + "\"temperature\":0.5,\"metadata\":{\"k\":\"v\"}}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(anonymous(response.body()))
                .matches(Pattern.quote("""
                {"id":"resp_?","object":"response","created_at":?,"status":"completed","error":null,\
                "incomplete_details":null,"model":"autoglm-phone-9b","output":[\
                {"id":"rs_?","type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"Hm."}],\
                "status":"completed"},\
                {"id":"msg_?","type":"message","status":"completed","role":"assistant",\
                "content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]}],\
                "usage":{"input_tokens":""") + "\\d+" + Pattern.quote("""
                ,"input_tokens_details":{"cached_tokens":0},"output_tokens":""") + "\\d+" + Pattern.quote("""
                ,"output_tokens_details":{"reasoning_tokens":""") + "[1-9]"
                        + Pattern.quote("""
                },"total_tokens":""") + "\\d+" + Pattern.quote("""
                },"instructions":"Be short.","max_output_tokens":null,"parallel_tool_calls":true,\
                "metadata":{"k":"v"},"tool_choice":"auto","tools":[],"temperature":0.5,"top_p":1.0,\
                "reasoning":null,"text":null,"store":false,"truncation":"disabled"}"""));
    }

    @Test
    void writesItsEventsInOrderAndNumbered() throws IOException {
        backends.decoder().follow(FakeGeneration.says("<think>", "H", ".", "</think>", "\n", "<answer>", "H", "i"));

        HttpResponse<String> response = post(RESPONSES, "{\"input\":\"Hello\",\"stream\":true}");

        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        List<JsonNode> events = events(response.body());
        assertThat(events.stream().map(event -> event.path("type").asText()))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.reasoning_text.delta",
                        "response.reasoning_text.delta",
                        "response.reasoning_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
        }
        assertThat(anonymous(events.get(2).toString())).isEqualTo("""
                {"type":"response.output_item.added","sequence_number":2,"output_index":0,\
                "item":{"id":"rs_?","type":"reasoning","summary":[],"content":[],"status":"in_progress"}}""");
        assertThat(anonymous(events.get(11).toString())).isEqualTo("""
                {"type":"response.output_text.delta","sequence_number":11,"output_index":1,"item_id":"msg_?",\
                "content_index":0,"delta":"H","logprobs":[]}""");
        assertThat(anonymous(events.get(13).toString())).isEqualTo("""
                {"type":"response.output_text.done","sequence_number":13,"output_index":1,"item_id":"msg_?",\
                "content_index":0,"text":"Hi","logprobs":[]}""");
        assertThat(events.get(11).path("item_id"))
                .isEqualTo(events.get(9).path("item").path("id"));
        JsonNode last = events.getLast().path("response");
        assertThat(last.path("id")).isEqualTo(events.getFirst().path("response").path("id"));
        assertThat(last.path("status").asText()).isEqualTo("completed");
        assertThat(last.path("output").size()).isEqualTo(2);
        assertThat(last.path("usage").path("output_tokens").asInt()).isPositive();
        assertThat(events.getFirst().path("response").path("usage").isNull()).isTrue();
        assertThat(response.body()).doesNotContain("[DONE]");
    }

    @Test
    void aThoughtThatTheTokenLimitCutIsIncomplete() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("<think>Let me");
            generation.finish(FinishReason.FINISH_REASON_LENGTH);
        });

        JsonNode whole = JSON.readTree(
                post(RESPONSES, "{\"input\":\"x\",\"max_output_tokens\":3}").body());
        JsonNode streamed = events(post(RESPONSES, "{\"input\":\"x\",\"max_output_tokens\":3,\"stream\":true}")
                        .body())
                .getLast();

        for (JsonNode response : List.of(whole, streamed.path("response"))) {
            assertThat(response.path("status").asText()).isEqualTo("incomplete");
            assertThat(response.path("incomplete_details").toString()).isEqualTo("{\"reason\":\"max_output_tokens\"}");
            assertThat(response.path("output").size()).isEqualTo(1);
            assertThat(response.path("output").path(0).path("status").asText()).isEqualTo("incomplete");
        }
        assertThat(streamed.path("type").asText()).isEqualTo("response.incomplete");
    }

    @Test
    void callsAToolAsAnItemOfItsOwn() throws IOException {
        backends.decoder().follow(FakeGeneration.says("tap\n{\"x\": 1}"));

        JsonNode answer = JSON.readTree(post(RESPONSES, toolCall("")).body());

        assertThat(answer.path("status").asText()).isEqualTo("completed");
        JsonNode call = answer.path("output").path(0);
        assertThat(answer.path("output").size()).isEqualTo(1);
        assertThat(call.path("type").asText()).isEqualTo("function_call");
        assertThat(call.path("id").asText()).startsWith("fc_");
        assertThat(call.path("call_id").asText()).startsWith("call_");
        assertThat(call.path("name").asText()).isEqualTo("tap");
        assertThat(JSON.readTree(call.path("arguments").asText())).isEqualTo(JSON.readTree("{\"x\":1}"));
        assertThat(answer.path("tools").path(0).path("name").asText()).isEqualTo("tap");
    }

    @Test
    void writesTheArgumentsOfACallAsEvents() throws IOException {
        backends.decoder().follow(FakeGeneration.says("tap\n{\"x\": 1}"));

        List<JsonNode> events =
                events(post(RESPONSES, toolCall(",\"stream\":true")).body());

        assertThat(events.stream().map(event -> event.path("type").asText()).distinct())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "response.completed");
        String arguments =
                events.stream().map(event -> event.path("delta").asText("")).reduce("", String::concat);
        assertThat(events.get(events.size() - 3).path("arguments").asText()).isEqualTo(arguments);
        assertThat(events.get(2).path("item").path("status").asText()).isEqualTo("in_progress");
    }

    private static String toolCall(String more) {
        return "{\"input\":\"x\",\"reasoning\":{\"effort\":\"none\"},\"tool_choice\":\"required\",\"tools\":[{\"type\":"
                + "\"function\",\"name\":\"tap\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":"
                + "\"integer\"}}}}]" + more + "}";
    }

    @Test
    void anAnswerWithoutTextStillHasAMessage() throws IOException {
        backends.decoder().follow(FakeGeneration.says());

        JsonNode answer = JSON.readTree(post(RESPONSES, "{\"input\":\"x\"}").body());

        assertThat(answer.path("output").path(0).path("type").asText()).isEqualTo("message");
        assertThat(answer.path("output")
                        .path(0)
                        .path("content")
                        .path(0)
                        .path("text")
                        .asText())
                .isEmpty();
    }

    @Test
    void readsItemsOfEveryKindInOrder() {
        post(RESPONSES, """
                {"instructions":"I","input":[
                 {"role":"developer","content":"D"},
                 {"type":"message","role":"user","content":[{"type":"input_text","text":"U"}]},
                 {"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"T"}]},
                 {"type":"function_call","call_id":"c1","name":"tap","arguments":"{}"},
                 {"type":"function_call","call_id":"c2","name":"swipe","arguments":"{}"},
                 {"type":"function_call_output","call_id":"c1","output":"done"},
                 {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"too"}]},
                 {"type":"message","role":"assistant","id":"msg_1","status":"completed",
                  "content":[{"type":"output_text","text":"A","annotations":[]}]},
                 {"role":"user","content":"V"}]}""");

        assertThat(promptText())
                .isEqualTo("[gMASK]<sop><|system|>\nI<|system|>\nD<|user|>\nU<|assistant|>\ntap\n{}\nswipe\n{}"
                        + "<|observation|>\ndone<|observation|>\ntoo<|assistant|>\nA<|user|>\nV<|assistant|>\n");
    }

    @Test
    void takesImagesAndAudios() {
        String image = imageUrl();
        HttpResponse<String> response = post(
                RESPONSES,
                "{\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"detail\":\"auto\",\"image_url\":\""
                        + image + "\"}," + audio("speech1.wav") + ",{\"type\":\"input_text\",\"text\":\"?\"}]}]}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(promptText()).contains("<|begin_of_image|>(media)<|end_of_image|><|begin_of_audio|>(media)");
    }

    @Test
    void effortNoneTurnsThinkingOff() {
        post(RESPONSES, "{\"input\":\"x\",\"reasoning\":{\"effort\":\"none\"}}");

        assertThat(promptText()).endsWith("<think></think>\n<answer>");
    }

    @Test
    void anErrorAfterTheFirstTokenEndsTheStreamAsFailed() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("Hello");
            throw new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The decoder is shutting down.");
        });

        String body = post(RESPONSES, "{\"input\":\"x\",\"stream\":true}").body();

        assertThat(body).containsPattern("""
                event: error\ndata: \\{"type":"error","sequence_number":\\d+,"code":"backend_unavailable",\
                "message":"The decoder is shutting down.","param":null\\}\n\nevent: response.failed\n""");
        JsonNode last = events(body).getLast();
        assertThat(last.path("response").path("status").asText()).isEqualTo("failed");
        assertThat(last.path("response").path("error").path("code").asText()).isEqualTo("backend_unavailable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | missing_required_parameter | input",
                "{\"input\":5} | invalid_type | input",
                "{\"input\":[]} | empty_array | input",
                "{\"input\":[5]} | invalid_type | input[0]",
                "{\"input\":[{\"content\":\"x\"}]} | missing_required_parameter | input[0].role",
                "{\"input\":[{\"role\":\"user\"}]} | missing_required_parameter | input[0].content",
                "{\"instructions\":\"I\",\"input\":[{\"role\":\"boss\",\"content\":\"x\"}]} | invalid_value | input[0].role",
                "{\"input\":[{\"type\":\"item_reference\",\"id\":\"x\"}]} | unsupported_value | input[0].type",
                "{\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\"}]}]} | unsupported_content_type"
                        + " | input[0].content[0].type",
                "{\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":{}}]}]} | invalid_type"
                        + " | input[0].content[0].image_url",
                "{\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"data:,\"}]}]}"
                        + " | invalid_image_url | input[0].content[0].image_url",
                "{\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"x\"}]} | invalid_value"
                        + " | input[0].tool_call_id",
                "{\"input\":\"x\",\"max_output_tokens\":0} | integer_below_min_value | max_output_tokens",
                "{\"input\":\"x\",\"max_output_tokens\":9000} | context_length_exceeded | input",
                "{\"input\":\"x\",\"temperature\":\"0\"} | invalid_type | temperature",
                "{\"input\":\"x\",\"background\":true} | unsupported_parameter | background",
                "{\"input\":\"x\",\"previous_response_id\":\"resp_1\"} | unsupported_parameter | previous_response_id",
                "{\"input\":\"x\",\"conversation\":\"c\"} | unsupported_parameter | conversation",
                "{\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]} | unsupported_value | tools[0].type",
                "{\"input\":\"x\",\"reasoning\":{\"effort\":\"huge\"}} | invalid_value | reasoning.effort",
                "{\"input\":\"x\",\"reasoning\":{\"summary\":\"x\"}} | invalid_value | reasoning.summary",
                "{\"input\":\"x\",\"text\":{\"format\":{\"type\":\"xml\"}}} | invalid_value | text.format.type",
                "{\"input\":\"x\",\"truncation\":\"middle\"} | invalid_value | truncation"
            })
    void namesWhatIsWrong(String body, String code, String param) throws IOException {
        HttpResponse<String> response = post(RESPONSES, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("param").asText()).isEqualTo(param);
        assertThat(error.path("message").asText()).doesNotContain("messages[");
    }

    @Test
    void anUnknownModelIsNotFound() {
        assertThat(post(RESPONSES, "{\"input\":\"x\",\"model\":\"gpt-5\"}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void nothingIsKeptToBeFetchedLater() {
        assertThat(get("/v1/responses/resp_1").statusCode()).isEqualTo(404);
    }

    private String promptText() {
        GenerateStart start = backends.decoder().starts().getLast();
        StringBuilder text = new StringBuilder();
        for (PromptSegment segment : start.getPromptList()) {
            int[] ids = segment.getTokens().getTokenIdsList().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            text.append(segment.hasMedia() ? "(media)" : TestBundle.tokenizer().text(TokenIds.of(ids)));
        }
        return text.toString();
    }

    private static String imageUrl() {
        String part = image("screen0.png");
        return part.substring(part.indexOf("data:"), part.lastIndexOf("\"}}"));
    }

    /// Of each event the name and the type are the same.
    private static List<JsonNode> events(String body) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String event : body.split("\n\n", 0)) {
            String[] lines = event.split("\n", -1);
            assertThat(lines).hasSize(2);
            JsonNode data = JSON.readTree(lines[1].substring("data: ".length()));
            assertThat(lines[0]).isEqualTo("event: " + data.path("type").asText());
            events.add(data);
        }
        return events;
    }

    private static String anonymous(String body) {
        return IDS.matcher(body).replaceAll("\"$1?\"").replaceAll("\"created_at\":\\d+", "\"created_at\":?");
    }
}
