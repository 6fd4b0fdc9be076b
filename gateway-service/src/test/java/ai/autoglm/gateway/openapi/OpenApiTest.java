package ai.autoglm.gateway.openapi;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.http.Endpoint;
import ai.autoglm.gateway.http.GatewayTest;
import ai.autoglm.gateway.http.Route;
import ai.autoglm.toolkit.error.ErrorCode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The description of the HTTP surface, on a gateway that refuses every field that it does not know.
@QuarkusTest
@TestProfile(OpenApiTest.Strict.class)
class OpenApiTest extends GatewayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public static final class Strict implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("autoglm.chat.strict-fields", "true");
        }
    }

    @Inject
    @SuppressWarnings("NullAway.Init")
    Instance<Endpoint> endpoints;

    @Test
    void anOpenApiParserFindsNothingToBlame() {
        SwaggerParseResult result = parse();

        assertThat(result.getMessages()).isEmpty();
        assertThat(result.getOpenAPI().getInfo().getVersion()).isNotBlank();
    }

    @Test
    void describesEveryRoute() {
        OpenAPI document = parse().getOpenAPI();

        List<Route> routes = endpoints.stream()
                .flatMap(endpoint -> endpoint.routes().stream())
                .toList();
        assertThat(routes).hasSizeGreaterThan(10);
        assertThat(document.getPaths()).hasSize(routes.size());
        for (Route route : routes) {
            var operations = requireNonNull(document.getPaths().get(route.path()), route.path())
                    .readOperationsMap();
            assertThat(operations)
                    .containsOnlyKeys(HttpMethod.valueOf(route.method().name()));
            var operation = operations.values().iterator().next();
            assertThat(operation.getSecurity()).hasSize(route.needsKey() ? 1 : 0);
            assertThat(operation.getResponses()).containsKeys("200", "default");
        }
    }

    @Test
    void describesAnswersAsTheyAreWritten() throws IOException {
        assertThat(names(properties("ChatCompletion")))
                .contains("id", "object", "created", "model", "choices", "usage", "system_fingerprint");
        assertThat(names(properties("Response")))
                .contains("incomplete_details", "parallel_tool_calls", "top_p", "output");
        assertThat(names(properties("ErrorBodyDetail"))).containsExactly("message", "type", "param", "code");
    }

    /// A field that the description has and the parser does not know would be refused.
    ///
    /// @param others fields that cannot stand beside the rest
    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, ChatCompletionRequest,"
                + " structured_outputs guided_json guided_regex guided_choice guided_grammar",
        "/v1/completions, CompletionRequest, ''",
        "/v1/responses, ResponseRequest, ''",
        "/tokenize, TokenizeRequest, messages",
        "/detokenize, DetokenizeRequest, ''"
    })
    void theParserKnowsEveryFieldThatIsDescribed(String path, String schemaName, String others) throws IOException {
        JsonNode properties = properties(schemaName);
        ObjectNode body = JSON.createObjectNode();
        properties.properties().stream()
                .filter(field -> field.getValue().has("example"))
                .forEach(field -> body.set(field.getKey(), field.getValue().path("example")));

        HttpResponse<String> response = post(path, body.toString());

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(String.join(
                        " ",
                        names(properties).stream()
                                .filter(name -> !body.has(name))
                                .toList()))
                .isEqualTo(others);
    }

    /// Each field of API 1.2 is either described, or refused by a server that would not keep it.
    @ParameterizedTest
    @MethodSource("ai.autoglm.gateway.testing.ContractFields#ofChatCompletions")
    void everyFieldOfTheContractIsDescribedOrRefused(String name) throws IOException {
        if (properties("ChatCompletionRequest").has(name)) {
            return;
        }
        HttpResponse<String> response = chat(hello("\"" + name + "\":{}"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("is not supported", "\"code\":\"unsupported_parameter\"");
    }

    @Test
    void everyExampleIsAnswered() throws IOException {
        JsonNode paths = JSON.readTree(get("/openapi.json").body()).path("paths");
        List<String> examples = new ArrayList<>();
        for (var path : paths.properties()) {
            JsonNode offered = path.getValue().at("/post/requestBody/content/application~1json/examples");
            for (var example : offered.properties()) {
                HttpResponse<String> response =
                        post(path.getKey(), example.getValue().path("value").toString());

                assertThat(response.statusCode())
                        .as(example.getKey() + ": " + response.body())
                        .isEqualTo(200);
                examples.add(example.getKey());
            }
        }
        assertThat(examples).contains("question", "stream", "screenshot", "json", "tool", "prompt", "tokens");
    }

    @Test
    void describesEveryErrorCodeThatClientsRead() throws IOException {
        String responses = JSON.readTree(get("/openapi.json").body())
                .path("components")
                .path("responses")
                .toString();

        for (ErrorCode code : ErrorCode.values()) {
            if (HttpErrors.status(code) != 500 && code != ErrorCode.CLIENT_CLOSED_REQUEST) {
                assertThat(responses).contains(code.wireName());
            }
        }
        assertThat(responses).contains("internal_error", "Retry-After").doesNotContain("invalid_checkpoint");
    }

    @Test
    void thePageIsMadeOfFilesOfThisServerOnly() {
        HttpResponse<String> page = get("/docs");

        assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(page.body())
                .contains("href=\"docs/swagger-ui.css\"", "src=\"docs/swagger-ui-bundle.js\"", "src=\"docs/docs.js\"")
                .doesNotContain("http:", "https:", "src=\"//");
    }

    @ParameterizedTest
    @CsvSource({
        "/docs/swagger-ui.css, text/css; charset=utf-8, .swagger-ui",
        "/docs/swagger-ui-bundle.js, text/javascript; charset=utf-8, SwaggerUIBundle",
        "/docs/docs.js, text/javascript; charset=utf-8, openapi.json",
        "/docs/favicon-32x32.png, image/png, PNG"
    })
    void theFilesOfThePageAreThere(String path, String contentType, String content) {
        HttpResponse<String> file = get(path);

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("content-type")).hasValue(contentType);
        assertThat(file.body()).contains(content);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docs/",
                "/docs/index.html",
                "/docs/../docs.html",
                "/docs/..%2Frequest-schemas.yaml",
                "/docs/request-schemas.yaml",
                "/webjars/swagger-ui/5.34.1/index.html",
                "/webjars/swagger-ui/5.34.1/swagger-ui.css",
                "/q/openapi"
            })
    void nothingElseIsServedBesideThem(String path) {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    private JsonNode properties(String schemaName) throws IOException {
        return JSON.readTree(get("/openapi.json").body())
                .path("components")
                .path("schemas")
                .path(schemaName)
                .path("properties");
    }

    private static List<String> names(JsonNode properties) {
        return properties.properties().stream().map(Map.Entry::getKey).toList();
    }

    private SwaggerParseResult parse() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        return new OpenAPIV3Parser().readContents(get("/openapi.json").body(), null, options);
    }
}
