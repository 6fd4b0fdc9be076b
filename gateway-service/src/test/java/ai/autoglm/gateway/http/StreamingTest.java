package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.ChatEvents;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@QuarkusTest
class StreamingTest extends GatewayTest {
    private static final Pattern VARYING = Pattern.compile("\"id\":\"chatcmpl-\\w+\",(.*?)\"created\":\\d+");
    private static final String CHUNK = "data: {\"id\":?,\"object\":\"chat.completion.chunk\",\"created\":?,"
            + "\"model\":\"autoglm-phone-9b\",\"system_fingerprint\":\"fp_bbbbbbbbbb\",\"choices\":";

    /// What openai-python puts on the wire for the LangChain call of the original. Source: API.md
    /// section 4.
    private static final String LANGCHAIN_HEADERS = """
            Accept-Encoding: gzip, deflate\r
            Connection: keep-alive\r
            Accept: application/json\r
            Content-Type: application/json\r
            User-Agent: OpenAI/Python 2.8.1\r
            X-Stainless-Lang: python\r
            X-Stainless-Async: false\r
            Authorization: Bearer EMPTY\r
            x-stainless-retry-count: 0\r
            """;

    private static final String LANGCHAIN_BODY =
            "{\"messages\":[{\"content\":\"你是谁?\",\"role\":\"user\"}],\"model\":\"autoglm-phone-9b\",\"stream\":true,"
                    + "\"temperature\":0.5,\"enable_thinking\":true,\"return_reasoning\":true}";

    @Test
    void writesEveryByteOfAStreamAsAgreed() {
        backends.decoder().follow(FakeGeneration.says("a", "b"));
        try (RawConnection client = connect()) {
            client.post(CHAT, "Content-Type: application/json\r\nX-Request-Id: abc-1\r\n", hello("\"stream\":true"));

            String head = client.readUntil("\r\n\r\n");
            String body = dechunked(client);

            assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(head.lines())
                    .contains(
                            "content-type: text/event-stream; charset=utf-8",
                            "cache-control: no-cache",
                            "x-accel-buffering: no",
                            "transfer-encoding: chunked",
                            "x-request-id: abc-1")
                    .noneMatch(line -> line.startsWith("content-length") || line.startsWith("content-encoding"));
            assertThat(VARYING.matcher(body).replaceAll("\"id\":?,$1\"created\":?"))
                    .isEqualTo(CHUNK
                            + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                            + CHUNK
                            + "[{\"index\":0,\"delta\":{\"content\":\"a\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                            + CHUNK
                            + "[{\"index\":0,\"delta\":{\"content\":\"b\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                            + CHUNK
                            + "[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
                            + "data: [DONE]\n\n");
        }
    }

    @Test
    void keepsTheConnectionForTheNextRequest() {
        try (RawConnection client = connect()) {
            client.post(CHAT, "", hello("\"stream\":true"));
            client.readUntil("0\r\n\r\n");
            client.post(CHAT, "", hello("\"stream\":true"));

            assertThat(client.readUntil("0\r\n\r\n")).contains("data: [DONE]");
        }
    }

    @Test
    void answersTheCallOfLangChain() throws IOException {
        backends.decoder().follow(FakeGeneration.says("<think>用户在问我的身份。</think>\n<answer>我是手机助手。</answer>"));
        try (RawConnection client = connect()) {
            client.post(CHAT, LANGCHAIN_HEADERS, LANGCHAIN_BODY);
            client.readUntil("\r\n\r\n");

            List<JsonNode> chunks = ChatEvents.chunks(dechunked(client));

            assertThat(joined(chunks, "content")).isEqualTo("我是手机助手。");
            assertThat(joined(chunks, "reasoning_content")).isEqualTo("用户在问我的身份。");
            assertThat(chunks.getLast()
                            .path("choices")
                            .path(0)
                            .path("finish_reason")
                            .asText())
                    .isEqualTo("stop");
            assertThat(chunks).noneMatch(chunk -> chunk.has("usage"));
        }
        assertThat(backends.decoder().starts().getFirst().getSampling().getTemperature())
                .isEqualTo(0.5f);
    }

    @Test
    void sendsUsageInAChunkOfItsOwn() throws IOException {
        backends.decoder().follow(FakeGeneration.says("a"));

        HttpResponse<String> response = chat(hello("\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        List<JsonNode> chunks = ChatEvents.chunks(response.body());
        JsonNode last = chunks.getLast();
        assertThat(last.path("choices").size()).isZero();
        assertThat(last.path("usage").path("completion_tokens").asInt()).isEqualTo(1);
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allMatch(chunk -> chunk.path("usage").isNull());
    }

    @Test
    void endsAtAStopStringAndCancelsTheGeneration() throws IOException {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("one two three");
            generation.awaitCancel();
        });

        HttpResponse<String> response = chat(hello("\"stream\":true,\"stop\":[\"two\"]"));

        List<JsonNode> chunks = ChatEvents.chunks(response.body());
        assertThat(joined(chunks, "content")).isEqualTo("one ");
        assertThat(chunks.getLast()
                        .path("choices")
                        .path(0)
                        .path("finish_reason")
                        .asText())
                .isEqualTo("stop");
    }

    @Test
    void reportsAnErrorAfterTheFirstTokenWithinTheStream() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("Hello");
            throw new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The decoder is shutting down.");
        });

        HttpResponse<String> response = chat(hello("\"stream\":true"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"Hello\"")
                .endsWith(
                        "event: error\ndata: {\"error\":{\"message\":\"The decoder is shutting down.\","
                                + "\"type\":\"server_error\",\"param\":null,\"code\":\"backend_unavailable\"}}\n\ndata: [DONE]\n\n")
                .doesNotContain("\"finish_reason\":\"");
    }

    @Test
    void aRefusalByTheDecoderIsAPlainHttpError() {
        backends.decoder().follow(_ -> {
            throw new ServingException(ErrorCode.OVERLOADED, "The queue is full: 16 requests wait.");
        });

        HttpResponse<String> response = chat(hello("\"stream\":true"));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).contains("\"code\":\"overloaded\"", "16 requests wait");
    }

    private static String dechunked(RawConnection client) {
        StringBuilder body = new StringBuilder();
        int size = Integer.parseInt(client.readUntil("\r\n").strip(), 16);
        while (size > 0) {
            body.append(client.read(size));
            client.readUntil("\r\n");
            size = Integer.parseInt(client.readUntil("\r\n").strip(), 16);
        }
        return new String(body.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String joined(List<JsonNode> chunks, String field) {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(
                chunk.path("choices").path(0).path("delta").path(field).asText("")));
        return text.toString();
    }
}
