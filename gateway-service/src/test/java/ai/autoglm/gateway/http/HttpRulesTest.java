package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class HttpRulesTest extends GatewayTest {
    @Test
    void saysThatItIsWell() {
        HttpResponse<String> response = get("/health");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"ok\",\"model\":\"autoglm-phone-9b\"}");
    }

    @Test
    void listsTheOneModel() {
        HttpResponse<String> response = get("/v1/models");

        assertThat(response.body())
                .startsWith("{\"object\":\"list\",\"data\":[{\"id\":\"autoglm-phone-9b\",\"object\":\"model\"")
                .contains("\"root\":\"autoglm-phone-mini\"", "\"max_model_len\":8192");
        assertThat(get("/v1/models").body()).isEqualTo(response.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/autoglm-phone-9b",
                "/v1/models/zai-org/AutoGLM-Phone-9B",
                "/v1/models/zai-org%2FAutoGLM-Phone-9B"
            })
    void findsTheModelByEachOfItsNames(String path) {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"id\":\"autoglm-phone-9b\"");
    }

    @Test
    void anUnknownModelIsNotFound() {
        assertThat(get("/v1/models/gpt-5").statusCode()).isEqualTo(404);
        assertThat(get("/v1/models/gpt-5").body()).contains("\"code\":\"model_not_found\"");
        assertThat(chat(hello("\"model\":\"gpt-5\"")).statusCode()).isEqualTo(404);
    }

    @Test
    void aModelWithoutANameIsNotFound() {
        assertThat(get("/v1/models/").statusCode()).isEqualTo(404);
    }

    @Test
    void answersHeadWithoutABody() {
        HttpResponse<String> response = send(request("/v1/models").method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValueAsLong("content-length").orElseThrow())
                .isPositive();
    }

    @Test
    void anUnknownPathIsNotFoundInJson() {
        HttpResponse<String> response = get("/v1/embeddings");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).contains("\"code\":\"not_found\"", "\"param\":null");
    }

    @Test
    void aWrongMethodNamesTheRightOnes() {
        HttpResponse<String> chat = get(CHAT);
        HttpResponse<String> models = post("/v1/models", "{}");

        assertThat(chat.statusCode()).isEqualTo(405);
        assertThat(chat.headers().firstValue("allow")).hasValue("POST");
        assertThat(models.statusCode()).isEqualTo(405);
        assertThat(models.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"})
    void otherContentTypesAreRefused(String contentType) {
        HttpResponse<String> response =
                send(request(CHAT).header("Content-Type", contentType).POST(BodyPublishers.ofString(hello(""))));

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body()).contains("\"code\":\"unsupported_media_type\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "Application/JSON;charset=UTF-8", "application/json ; charset=gbk"})
    void jsonIsJsonHoweverItIsSpelled(String contentType) {
        HttpResponse<String> response =
                send(request(CHAT).header("Content-Type", contentType).POST(BodyPublishers.ofString(hello(""))));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream, false", "application/json, true", "application/xml, true", "*/*, false"})
    void theBodyAloneDecidesWhetherTheAnswerIsAStream(String accept, boolean stream) {
        HttpResponse<String> response = send(
                request(CHAT).header("Accept", accept).POST(BodyPublishers.ofString(hello("\"stream\":" + stream))));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type"))
                .hasValue(stream ? "text/event-stream; charset=utf-8" : "application/json");
    }

    @Test
    void aMissingContentTypeIsJson() {
        assertThat(send(request(CHAT).POST(BodyPublishers.ofString(hello("")))).statusCode())
                .isEqualTo(200);
    }

    @Test
    void brokenJsonIsA400() {
        HttpResponse<String> response = chat("{\"messages\":");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"code\":\"invalid_json\"");
    }

    @Test
    void aPromptOverTheContextIsA400BeforeTheStreamBegins() {
        HttpResponse<String> response = chat(hello("\"stream\":true,\"max_tokens\":9000"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains(
                        "\"code\":\"context_length_exceeded\"",
                        "This model's maximum context length is 8192 tokens.",
                        "exceeds the context window");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /v1/chat/completions | {"messages":[{"role":"user","content":"TEXT"}]} | messages
                    /v1/completions      | {"prompt":"TEXT"}                                | prompt
                    /tokenize            | {"prompt":"TEXT"}                                | prompt
                    /tokenize            | {"messages":[{"role":"user","content":"TEXT"}]} | messages
                    """)
    void aTextThatNoContextHoldsIsA400OnEachRoute(String path, String body, String param) {
        HttpResponse<String> response = post(path, body.replace("TEXT", "word ".repeat(4_000_000)));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains(
                        "\"param\":\"" + param + "\"",
                        "\"code\":\"context_length_exceeded\"",
                        "exceeds the context window");
    }

    @Test
    void anAbsentTokenLimitLeavesTheWholeContext() {
        chat(hello(""));

        var start = backends.decoder().starts().getFirst();
        int promptTokens = start.getPrompt(0).getTokens().getTokenIdsCount();
        assertThat(start.getStop().getMaxTokens()).isEqualTo(8192 - promptTokens);
    }

    @Test
    void everyResponseCarriesARequestId() {
        assertThat(chat(hello("")).headers().firstValue("x-request-id")).isPresent();
        assertThat(chat("{").headers().firstValue("x-request-id")).isPresent();
        assertThat(get("/nothing").headers().firstValue("x-request-id")).isPresent();
        assertThat(get("/health").headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void aHarmlessRequestIdIsEchoedAndReachesTheDecoder() {
        HttpResponse<String> response =
                send(request(CHAT).header("X-Request-Id", "trace:42_a.b-c").POST(BodyPublishers.ofString(hello(""))));

        assertThat(response.headers().firstValue("x-request-id")).hasValue("trace:42_a.b-c");
        assertThat(backends.decoder().starts().getFirst().getRequestId()).isEqualTo("trace:42_a.b-c");
    }

    @Test
    void aRequestIdThatCouldDoHarmIsReplaced() {
        HttpResponse<String> response =
                send(request(CHAT).header("X-Request-Id", "http://10.0.0.1/").POST(BodyPublishers.ofString(hello(""))));

        assertThat(response.headers().firstValue("x-request-id"))
                .hasValueSatisfying(id -> assertThat(id).startsWith("req-"));
    }

    @Test
    void anUpgradeToHttp2IsIgnoredAndTheBodyKept() {
        backends.decoder().follow(FakeGeneration.says("kept"));
        try (RawConnection client = connect()) {
            client.post(
                    CHAT,
                    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n",
                    hello(""));

            assertThat(client.readUntil("\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n");
            assertThat(client.readUntil("\"usage\"")).contains("kept");
        }
    }

    @Test
    void saysContinueToAClientThatAsksFirst() {
        try (RawConnection client = connect()) {
            String body = hello("");
            client.send("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                    + "\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

            client.send(body);

            assertThat(client.readUntil("\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void readsABodyThatComesInChunks() {
        try (RawConnection client = connect()) {
            String body = hello("");
            client.send("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            body.chars().forEach(letter -> client.send("1\r\n" + (char) letter + "\r\n"));
            client.send("0\r\n\r\n");

            assertThat(client.readUntil("\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n");
        }
    }
}
