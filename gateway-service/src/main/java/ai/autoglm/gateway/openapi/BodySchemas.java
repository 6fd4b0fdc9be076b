package ai.autoglm.gateway.openapi;

import ai.autoglm.gateway.openai.OpenAiJson;
import com.fasterxml.jackson.core.type.TypeReference;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.jackson.TypeNameResolver;
import io.swagger.v3.core.util.Yaml;
import io.swagger.v3.oas.models.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// The schemas that a document refers to.
@SuppressWarnings("rawtypes") // as the library has it
final class BodySchemas {
    private static final String REQUESTS = "request-schemas.yaml";

    private final ModelConverters converters = new ModelConverters();
    private final Map<String, Schema> requests;
    private final Map<String, Schema> all = new LinkedHashMap<>();

    BodySchemas() {
        converters.addConverter(new ModelResolver(OpenAiJson.mapper(), new NestedNames()));
        converters.addConverter(new SealedTypes());
        try (InputStream file = Objects.requireNonNull(BodySchemas.class.getResourceAsStream(REQUESTS))) {
            requests = Yaml.mapper().readValue(file, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        all.putAll(requests);
    }

    /// A type as it is written.
    Schema<?> ofType(Class<?> type) {
        ResolvedSchema resolved = converters.resolveAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
        all.putAll(resolved.referencedSchemas);
        return resolved.schema;
    }

    /// A request as its parser reads it.
    ///
    /// @throws IllegalArgumentException when the file does not describe it
    Schema<?> ofRequest(String name) {
        if (!requests.containsKey(name)) {
            throw new IllegalArgumentException(REQUESTS + " does not describe " + name);
        }
        return new Schema<>().$ref("#/components/schemas/" + name);
    }

    /// By name.
    Map<String, Schema> all() {
        return all;
    }

    /// Many types have a nested `Choice`.
    private static final class NestedNames extends TypeNameResolver {
        @Override
        protected String getNameOfClass(Class<?> type) {
            Class<?> outer = type.getEnclosingClass();
            return outer == null ? type.getSimpleName() : getNameOfClass(outer) + type.getSimpleName();
        }
    }
}
