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
                .contains("# TYPE gateway_requests_running gauge", "gateway_prompt_tokens_total ")
                .containsPattern("(?m)^vllm:prompt_tokens_total [1-9]")
                .containsPattern("(?m)^vllm:time_to_first_token_seconds_bucket\\{le=")
                .containsPattern("(?m)^vllm:request_time_per_output_token_seconds_count [1-9]")
                .containsPattern("(?m)^vllm:request_success_total\\{finished_reason=\"stop\",?} [1-9]")
                .containsPattern("(?m)^vllm:num_requests_running 0");
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
