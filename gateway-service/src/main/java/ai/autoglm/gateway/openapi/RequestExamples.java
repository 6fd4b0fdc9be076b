package ai.autoglm.gateway.openapi;

import com.fasterxml.jackson.core.type.TypeReference;
import io.swagger.v3.core.util.Yaml;
import io.swagger.v3.oas.models.examples.Example;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/// Requests to begin with, which the page offers to be sent.
final class RequestExamples {
    private static final String EXAMPLES = "request-examples.yaml";

    private final Map<String, Map<String, Example>> bySchema;

    RequestExamples() {
        try (InputStream file = Objects.requireNonNull(RequestExamples.class.getResourceAsStream(EXAMPLES))) {
            bySchema = Yaml.mapper().readValue(file, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Those of a request schema, by name, in the order of the file.
    Map<String, Example> of(String schemaName) {
        return bySchema.getOrDefault(schemaName, Map.of());
    }
}
