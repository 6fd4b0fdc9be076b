package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.FakeGeneration;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The routes that tell of the server itself, and what all routes have in common.
@QuarkusTest
class ServerRoutesTest extends GatewayTest {
    private static final String LABELS = "\\{engine=\"0\",model_name=\"autoglm-phone-9b\",?} ";

    @ConfigProperty(name = "quarkus.application.version")
    String version = "";

    @Test
    void tellsTheVersionOfTheBuild() {
        assertThat(get("/version").body()).isEqualTo("{\"version\":\"" + version + "\"}");
        assertThat(version).isNotEmpty();
    }

    @Test
    void showsItsMetersAsPrometheusReadsThem() {
        backends.decoder().follow(FakeGeneration.says("one", "two"));
        chat(hello(""));

        HttpResponse<String> response = get("/metrics");

        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body())
                .contains("# TYPE autoglm_requests_running gauge", "# TYPE vllm:prompt_tokens_total counter")
                .containsPattern("(?m)^vllm:prompt_tokens_total" + LABELS + "[1-9]")
                .containsPattern("(?m)^vllm:inter_token_latency_seconds_count" + LABELS + "[1-9]");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/chat/completions, POST",
        "GET, /tokenize, POST",
        "PUT, /detokenize, POST",
        "POST, /version, 'GET, HEAD'",
        "DELETE, /v1/models/autoglm-phone-9b, 'GET, HEAD'",
        "POST, /metrics, 'GET, HEAD'",
        "POST, /health, 'GET, HEAD'"
    })
    void aWrongMethodNamesTheRightOnes(String method, String path, String allowed) {
        HttpResponse<String> response = send(request(path).method(method, BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).hasValue(allowed);
        assertThat(response.body()).contains("\"code\":\"method_not_allowed\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/embeddings",
                "/v1/images/generations",
                "/v1/files",
                "/v1",
                "/",
                "/v1/chat/completions/",
                "/v1/modelsx",
                "/versions"
            })
    void whatIsNotServedIsNotFoundInJson(String path) {
        HttpResponse<String> response = post(path, "{}");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).contains("\"code\":\"not_found\"", "\"param\":null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/version", "/metrics", "/health", "/v1/models", "/v1/models/autoglm-phone-9b"})
    void everyGetAnswersHead(String path) {
        HttpResponse<String> response = send(request(path).method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValueAsLong("content-length").orElseThrow())
                .isPositive();
    }
}
