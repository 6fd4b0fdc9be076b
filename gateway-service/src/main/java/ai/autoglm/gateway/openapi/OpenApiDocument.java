package ai.autoglm.gateway.openapi;

import ai.autoglm.gateway.error.ErrorBody;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.http.Operation.Shape;
import ai.autoglm.gateway.http.Route;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.tags.Tag;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;

/// Makes the OpenAPI document of a table of routes. Bodies that are written are described by their types,
/// bodies that are read by the file of request schemas.
final class OpenApiDocument {
    private static final String KEY = "key";

    /// Headings, in the order in which they are shown.
    private static final List<Tag> TAGS = List.of(
            tag("Chat", "Conversations of text, images and speech"),
            tag("Responses", "The same, in OpenAI's newer form"),
            tag("Completions", "Prompts without a chat template"),
            tag("Audio", "Speech to text"),
            tag("Tokens", "What prompts are made of"),
            tag("Models", "What is served"),
            tag("Server", "How it is"));

    private final BodySchemas schemas = new BodySchemas();
    private final RequestExamples examples = new RequestExamples();
    private final OpenAPI document = new OpenAPI();
    private final FailedAnswers failures;

    private OpenApiDocument() {
        this.failures = new FailedAnswers(content(List.of(Body.json(ErrorBody.class))));
    }

    /// @param version of the server
    static OpenAPI of(List<Route> routes, String version) {
        OpenApiDocument made = new OpenApiDocument();
        made.document.info(new Info()
                .title("AutoGLM Serve")
                .description("AutoGLM-Phone-9B (text, images and speech in, text out) by the contract of OpenAI's API.")
                .license(new License().name("Apache-2.0"))
                .version(version));
        made.document.tags(TAGS);
        routes.forEach(made::add);
        made.document.components(new Components()
                .schemas(made.schemas.all())
                .responses(made.failures.components())
                .addSecuritySchemes(
                        KEY,
                        new SecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description("Needed where the server has API keys.")));
        return made.document;
    }

    private void add(Route route) {
        Operation operation = new Operation()
                .operationId(route.operation().name())
                .summary(route.operation().summary())
                .addTagsItem(route.operation().tag())
                .security(route.needsKey() ? List.of(new SecurityRequirement().addList(KEY)) : List.of())
                .responses(responses(route));
        pathParameter(route.path()).forEach(operation::addParametersItem);
        if (!route.operation().requests().isEmpty()) {
            operation.requestBody(new RequestBody()
                    .required(true)
                    .content(content(route.operation().requests())));
        }
        PathItem item = new PathItem();
        item.operation(
                route.method().equals(HttpMethod.POST) ? PathItem.HttpMethod.POST : PathItem.HttpMethod.GET, operation);
        document.path(route.path(), item);
    }

    private static List<Parameter> pathParameter(String path) {
        int start = path.indexOf('{');
        return start < 0
                ? List.of()
                : List.of(new Parameter()
                        .in("path")
                        .name(path.substring(start + 1, path.length() - 1))
                        .required(true)
                        .description("May contain slashes.")
                        .schema(new StringSchema()));
    }

    private ApiResponses responses(Route route) {
        ApiResponses responses = new ApiResponses()
                .addApiResponse(
                        "200",
                        new ApiResponse()
                                .description(route.operation().summary())
                                .content(content(route.operation().answers())));
        failures.addTo(responses, route);
        return responses;
    }

    /// Several shapes of one media type are alternatives.
    private Content content(List<Body> bodies) {
        Content content = new Content();
        for (Body body : bodies) {
            List<Schema<?>> alternatives = new ArrayList<>();
            bodies.stream()
                    .filter(other -> other.mediaType().equals(body.mediaType()))
                    .forEach(other -> alternatives.add(schema(other.shape())));
            Schema<?> schema = alternatives.size() == 1 ? alternatives.getFirst() : anyOf(alternatives);
            MediaType described = new MediaType().schema(schema);
            if (body.shape() instanceof Shape.Read(String name)) {
                examples.of(name).forEach(described::addExamples);
            }
            content.addMediaType(body.mediaType(), described);
        }
        return content;
    }

    private static Tag tag(String name, String description) {
        return new Tag().name(name).description(description);
    }

    private static Schema<?> anyOf(List<Schema<?>> alternatives) {
        Schema<?> any = new Schema<>();
        alternatives.forEach(any::addAnyOfItem);
        return any;
    }

    private Schema<?> schema(Shape shape) {
        return switch (shape) {
            case Shape.Written(Class<?> type) -> schemas.ofType(type);
            case Shape.Read(String name) -> schemas.ofRequest(name);
            case Shape.Text() -> new StringSchema();
        };
    }
}
